"""Authority (事权, 4.2.1): which group decides on an event of a level, as a level of the ladder and as a unit."""

from collections.abc import Iterable
from dataclasses import dataclass

from hecha.kernel.errors import Refused
from hecha.kernel.ids import AreaCode, ClauseId, UnitId
from hecha.network.branches import Branch, Branches
from hecha.organization.units import HEAD_OFFICE, Units, branch_unit
from hecha.plan.model import Authority, Plan

LOCAL = "local"
UPPER = "upper"
LADDER = ("county", "city", "province", str(HEAD_OFFICE))
"""From the lowest group to the highest."""


@dataclass(frozen=True, slots=True)
class Decider:
    """`who` ∈ county, city, province, head_office, for `area`; `referral` may be asked when it cannot cope."""

    clause: ClauseId
    who: str
    area: AreaCode
    referral: str = ""


def decider(plan: Plan, branches: Branches, level: int, areas: Iterable[AreaCode]) -> Decider | None:
    """Who decides; None when the plan names nobody. `areas` are the counties and cities the event touches.

    The local branch of an event over several areas is the lowest that covers all of them."""
    authority = _authority(plan, level)
    if authority is None:
        return None
    if authority.who != LOCAL:
        return Decider(authority.clause, authority.who, branches.top().area, authority.referral)
    branch = branches.covering(areas)
    return Decider(authority.clause, branch.level, branch.area, _referral(authority, branches, branch))


@dataclass(frozen=True, slots=True)
class Deciding:
    """The group that decides now. `unit` is its unit, `who` its rung of the ladder, `zh` its name.

    `acts`: the unit that transmits and carries out what it decides: itself, or the province for head office.
    `above`: the unit that it may refer to ("" at the top). `referred`: it decides because it was asked to."""

    clause: ClauseId
    unit: UnitId
    who: str
    zh: str
    acts: UnitId
    above: UnitId | str = ""
    referred: bool = False

    @property
    def rank(self) -> int:
        return LADDER.index(self.who)


def deciding(
    plan: Plan, branches: Branches, level: int, areas: Iterable[AreaCode], referred: UnitId | str = ""
) -> Deciding:
    """The group that decides on an event of this level over these areas, or the one it was referred to where that
    stands higher. A plan that names nobody leaves it to the local branch."""
    authority = _authority(plan, level) or Authority(ClauseId("4.2.1(1)"), level, LOCAL, UPPER)
    branch = _branch(authority, branches, list(areas))
    own = _head_office(authority, branches) if authority.who == HEAD_OFFICE else _by_branch(authority, branches, branch)
    asked = _asked(authority, branches, referred)
    return asked if asked is not None and asked.rank > own.rank else own


def group_of(branches: Branches, unit: UnitId | str) -> str:
    """The rung of a unit of the central bank: county, city, province, head_office; "" for others."""
    if unit == HEAD_OFFICE:
        return str(HEAD_OFFICE)
    kind, _, code = unit.partition("/")
    area = branches.network.areas.get(AreaCode(code)) if kind == "pbc" else None
    return area.kind.value if area is not None else ""


def in_its_area(branches: Branches, unit: UnitId | str, areas: Iterable[AreaCode]) -> bool:
    """Whether an event touches the area that a group stands for (2.1.2.3(3)); head office stands for all."""
    if unit == HEAD_OFFICE:
        return True
    kind, _, code = unit.partition("/")
    if kind != "pbc":
        return False
    touched = branches.counties(areas) or {branches.top().area}
    return any(code in branches.upward(one) for one in touched)


def require_decider(decides: Deciding, unit: UnitId | str, level_zh: str) -> None:
    """Raises Refused unless this unit's group is the one that decides now."""
    if unit == decides.unit:
        return
    if decides.unit == HEAD_OFFICE:
        raise Refused(
            decides.clause,
            f"{level_zh}事件由总行领导小组决策 head office decides, its decision is recorded here",
            "请报告并提请总行，收到决定后登记文号、时间和收件人；先期处置和辖内指挥不受限制 "
            "report and refer upward, then record the decision; first handling is never blocked",
        )
    raise Refused(
        decides.clause,
        f"{level_zh}事件现由{decides.zh}领导小组决策，不是本级的事权 another group decides on it now: {decides.unit}",
        "请报告并提请该级决策；先期处置和辖内指挥不受限制 report and refer to it; first handling is never blocked",
    )


def require_area(branches: Branches, unit: UnitId | str, areas: Iterable[AreaCode]) -> None:
    """Raises Refused unless the event touches this group's area."""
    if not in_its_area(branches, unit, areas):
        raise Refused(
            "2.1.2.3(3)",
            "这起事件不在本级辖内 the event lies outside this group's area",
            "请由事件所在地的领导小组办理 leave it to the group of the place",
        )


def _authority(plan: Plan, level: int) -> Authority | None:
    return next((one for one in plan.authorities if one.level == level), None)


def _branch(authority: Authority, branches: Branches, areas: list[AreaCode]) -> Branch:
    """The branch of the place, or the one of the named rung above it."""
    found: Branch | None = branches.covering(areas)
    while found is not None and authority.who in LADDER and LADDER.index(found.level) < LADDER.index(authority.who):
        found = branches.superior(found)
    return found or branches.top()


def _head_office(authority: Authority, branches: Branches, referred: bool = False) -> Deciding:
    top = _unit(branches.top())
    return Deciding(authority.clause, HEAD_OFFICE, str(HEAD_OFFICE), "人民银行总行", top, "", referred)


def _by_branch(authority: Authority, branches: Branches, branch: Branch, referred: bool = False) -> Deciding:
    unit = _unit(branch)
    zh = Units(branches.network).zh(unit)
    above = branches.superior(branch)
    may_refer = bool(authority.referral) or referred
    upper = (HEAD_OFFICE if above is None else _unit(above)) if may_refer else ""
    return Deciding(authority.clause, unit, branch.level, zh, unit, upper, referred)


def _unit(branch: Branch) -> UnitId:
    """A branch's unit; small networks do not name them."""
    return UnitId(branch.unit) if branch.unit else branch_unit(branch.area)


def _asked(authority: Authority, branches: Branches, referred: UnitId | str) -> Deciding | None:
    if not referred:
        return None
    if referred == HEAD_OFFICE:
        return _head_office(authority, branches, referred=True)
    branch = branches.local(AreaCode(referred.partition("/")[2]))
    return _by_branch(authority, branches, branch, referred=True)


def _referral(authority: Authority, branches: Branches, branch: Branch) -> str:
    """The level above a local branch, where the plan allows to refer there."""
    if authority.referral != UPPER:
        return authority.referral
    above = branches.superior(branch)
    return HEAD_OFFICE if above is None else above.level
