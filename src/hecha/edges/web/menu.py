"""The menu: sections, and in each its pages, as far as the person may use them. A new page adds a line here."""

from collections.abc import Callable
from dataclasses import dataclass

from hecha.edges.notify.calls import CALLERS
from hecha.edges.web.words import N_
from hecha.organization.principal import Role
from hecha.organization.sight import Right, Sight

ON_DUTY = frozenset(Role) - {Role.AUDITOR, Role.CLERK}
May = Callable[[Sight], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the menu. `also`: further paths that belong to it."""

    path: str
    label: str
    may: May
    also: tuple[str, ...] = ()

    def holds(self, here: str) -> bool:
        """Whether a path is this page or one below it."""
        roots = (self.path, *self.also)
        return any(here == root or (root != "/" and here.startswith(f"{root}/")) for root in roots)


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    entries: tuple[Entry, ...]


def _everyone(sight: Sight) -> bool:
    return True


def _central(sight: Sight) -> bool:
    """The central bank's people: groups that decide are theirs."""
    return sight.bank is None


def _with(*rights: Right) -> May:
    return lambda sight: any(sight.may(right) for right in rights)


MENU: tuple[Section, ...] = (
    Section(
        N_("职责"),
        (
            Entry("/duties", N_("我的职责"), _everyone),
            Entry("/inbox", N_("收件箱"), _everyone),
            Entry("/handover", N_("交接班"), lambda sight: sight.principal.role in ON_DUTY),
            Entry("/call-list", N_("电话督办"), lambda sight: sight.principal.role in CALLERS, ("/deliveries",)),
        ),
    ),
    Section(
        N_("监测"),
        (
            Entry("/", N_("态势"), _everyone, ("/areas",)),
            Entry("/network", N_("网络"), _everyone, ("/banks", "/outlets")),
            Entry("/grade", N_("定级"), _everyone),
            Entry("/declare", N_("申报"), _everyone),
        ),
    ),
    Section(
        N_("处置"),
        (
            Entry("/warnings", N_("预警信息"), _everyone),
            Entry("/incidents", N_("事件"), _everyone),
            Entry("/measures", N_("措施"), _everyone),
            Entry("/runs", N_("技术处置"), _everyone, ("/runbooks", "/vendors")),
            Entry("/recovery", N_("补核"), _everyone),
            Entry("/reports", N_("报告"), _everyone),
            Entry("/decisions", N_("决策"), _central, ("/meetings", "/brief")),
            Entry("/orders", N_("命令"), _everyone),
            Entry("/releases", N_("信息发布"), _everyone),
            Entry("/evaluations", N_("评估"), lambda sight: not sight.principal.unit.startswith("outlet/")),
        ),
    ),
    Section(
        N_("核查业务"),
        (
            Entry("/counter", N_("柜面"), _with(Right.VERIFY)),
            Entry("/batches", N_("批量"), _with(Right.BATCH)),
            Entry("/delegations", N_("委托"), _with(Right.ACCEPT)),
            Entry("/agreements", N_("约定"), _with(Right.AGREE)),
            Entry("/registrations", N_("登记簿"), _with(Right.SETTLE, Right.AUDIT)),
            Entry("/differences", N_("差异"), _with(Right.SETTLE)),
            Entry("/paper-entry", N_("纸单补录"), _with(Right.VERIFY)),
        ),
    ),
    Section(
        N_("资料"),
        (
            Entry("/paper-pack", N_("纸质备用包"), _everyone),
            Entry("/organization", N_("组织机构"), _everyone),
            Entry("/rota", N_("值班表"), _everyone),
            Entry("/staffing", N_("人员到岗"), _everyone),
            Entry("/ledger", N_("台账"), _with(Right.AUDIT)),
            Entry("/guide", N_("帮助"), _everyone),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as one person sees it; `entries` are those the person may use, with whether it is the present page."""

    label: str
    path: str
    is_here: bool
    entries: tuple[tuple[Entry, bool], ...]


def shown(sight: Sight, here: str) -> list[Shown]:
    """The menu for a person at a path; sections without a usable page are left out."""
    found = []
    for section in MENU:
        entries = tuple((entry, entry.holds(here)) for entry in section.entries if entry.may(sight))
        if entries:
            found.append(Shown(section.label, entries[0][0].path, any(is_here for _, is_here in entries), entries))
    return found
