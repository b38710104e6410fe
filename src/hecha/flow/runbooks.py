"""From a runbook of the plan and what is broken to a run: whose each step is, and which runbooks fit."""

from collections.abc import Iterable, Sequence

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import AreaCode, OutletId
from hecha.network.branches import Branches
from hecha.network.model import Network, Outlet
from hecha.organization.units import bank_unit, outlet_unit
from hecha.plan.closeness import suggest
from hecha.plan.model import Plan, Runbook
from hecha.response.run import RunStep

FRONT, TERMINAL = "front", "terminal"
FRONT_PARTS = ("front/a", "front/b", "channel/production", "channel/backup")


def runbook_of(plan: Plan, name: str) -> Runbook:
    """A runbook by its id. Raises BadInput with a suggestion."""
    found = next((one for one in plan.runbooks if one.id == name), None)
    if found is None:
        raise BadInput("runbook", "没有这份处置手册 no such runbook", suggest(name, [one.id for one in plan.runbooks]))
    return found


def outlet_of(network: Network, component: str) -> Outlet | None:
    """The outlet to which a terminal or an outlet's line belongs."""
    kind, _, rest = component.partition("/")
    return network.outlets.get(OutletId(rest.split("/")[0])) if kind == "outlet" else None


def part_of(component: str) -> str:
    """What kind of runbook a component is mended by: front servers and channels, or a terminal and its lines."""
    return FRONT if component in FRONT_PARTS else TERMINAL


def leader_of(network: Network, branches: Branches, component: str) -> str:
    """The unit that leads the mending: the province for what all share, a bank for its own outlets."""
    outlet = outlet_of(network, component)
    return branches.top().unit if outlet is None else str(bank_unit(outlet.bank))


def steps_of(book: Runbook, network: Network, branches: Branches, component: str) -> tuple[RunStep, ...]:
    """The steps with the unit and post that owe each. Raises BadInput when the runbook does not fit the component."""
    if book.part != part_of(component):
        raise BadInput("component", f"手册“{book.zh}”不用于这个部件 it is not for this component", "请选对应的部件")
    if book.part == TERMINAL and outlet_of(network, component) is None:
        raise BadInput("component", "没有这个网点的部件 no such outlet's part", "outlet/<网点号>/terminal")
    return tuple(
        RunStep(*_owner(one.who, network, branches, component), one.zh, one.en, one.proof, one.proof_en, one.action)
        for one in book.steps
    )


def _owner(who: str, network: Network, branches: Branches, component: str) -> tuple[str, str]:
    kind, _, post = who.partition(".")
    outlet, top = outlet_of(network, component), branches.top().unit
    if kind == "province" or outlet is None:
        return top, post or "technology"
    if kind == "branch":
        return branches.local(AreaCode(outlet.county)).unit, post
    return (str(bank_unit(outlet.bank)), post) if kind == "bank" else (str(outlet_unit(outlet.id)), "")


def fitting(plan: Plan, components: Iterable[str], nature: str) -> list[tuple[str, Runbook]]:
    """(component, runbook) that fit what is broken; the event's nature first, all of the part where it has none."""
    found: list[tuple[str, Runbook]] = []
    for component in components:
        if component not in FRONT_PARTS and not component.startswith("outlet/"):
            continue
        books = [one for one in plan.runbooks if one.part == part_of(component)]
        found += [(component, one) for one in _natural(books, nature)]
    return found


def _natural(books: Sequence[Runbook], nature: str) -> list[Runbook]:
    return [one for one in books if one.nature == nature] or list(books)
