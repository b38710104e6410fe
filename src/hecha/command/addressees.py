"""To whom an order goes and what it charges each with (4.3.1-4.3.3), as the plan says it for the ordering level.

    addressees(charges, branches, unit, touched, banks) -> who must acknowledge it, with clause and line of text

The province passes on what head office orders, so its charges are used then. Counties whose city has no group of its
own (Hangzhou) stand directly below the province. Banks: their unit in the ordering unit's area.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from hecha.kernel.ids import AreaCode, BankId, UnitId
from hecha.network.branches import Branch, Branches
from hecha.organization.units import bank_unit, branch_unit
from hecha.plan.model import Charge

TOUCHED = "touched"
OWN_POSTS = ("settlement", "credit", "technology")
"""The departments of the ordering unit that an order is conveyed to; its office conveys it, its group gave it."""
BankUnit = Callable[[BankId, AreaCode], UnitId]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit, or a post of the ordering unit, that must acknowledge; `charge` is the line of text for it."""

    unit: str
    clause: str
    charge: str
    post: str = ""

    @property
    def key(self) -> str:
        """`pbc/33.technology`, `pbc/3303`, `bank/X`."""
        return f"{self.unit}.{self.post}" if self.post else self.unit


def addressees(
    charges: Iterable[Charge],
    branches: Branches,
    unit: str,
    touched: Collection[AreaCode],
    bank_unit_in: BankUnit = lambda bank, area: bank_unit(bank),
) -> tuple[Addressee, ...]:
    """Everyone an order of this unit goes to, each once, in the order of the plan. `touched`: the event's areas."""
    branch = branch_of(branches, unit)
    found: dict[str, Addressee] = {}
    for charge in (one for one in charges if one.by == branch.level):
        for one in _of(charge, branches, branch, unit, touched, bank_unit_in):
            known = found.get(one.key)
            joined = f"{known.charge}；{one.charge}" if known and one.charge not in known.charge else one.charge
            found[one.key] = Addressee(one.unit, known.clause if known else one.clause, joined, one.post)
    return tuple(found.values())


def may(charges: Iterable[Charge], level: str, does: str) -> frozenset[str]:
    """The posts and kinds of addressees that a level's charges allow to do something (`adjust_technical`)."""
    return frozenset(one.to for one in charges if one.by == level and does in one.does)


def branch_of(branches: Branches, unit: str) -> Branch:
    """The branch of a unit of the central bank; the topmost for one that is not of the network."""
    code = AreaCode(unit.rpartition("/")[2])
    return branches.local(code) if code in branches.network.areas else branches.top()


def _of(
    charge: Charge,
    branches: Branches,
    branch: Branch,
    unit: str,
    touched: Collection[AreaCode],
    bank_unit_in: BankUnit,
) -> Iterator[Addressee]:
    """The addressees of one charge."""
    hit = branches.counties(touched)
    if charge.to in OWN_POSTS:
        yield Addressee(unit, charge.clause, charge.zh, charge.to)
    elif charge.to == "lower":
        for one in branches.below(branch):
            if charge.reach != TOUCHED or any(one.area in branches.upward(code) for code in hit):
                yield Addressee(one.unit or branch_unit(one.area), charge.clause, charge.zh)
    elif charge.to == "bank":
        for bank in _banks(branches, branch, hit if charge.reach == TOUCHED else None):
            yield Addressee(bank_unit_in(bank, branch.area), charge.clause, charge.zh)


def _banks(branches: Branches, branch: Branch, hit: Collection[AreaCode] | None) -> list[BankId]:
    """The banks with an outlet in the branch's area (in the areas hit), in the network's order."""
    outlets = branches.network.outlets.values()
    here = {
        one.bank for one in outlets if branch.area in branches.upward(one.county) and (hit is None or one.county in hit)
    }
    return [bank for bank in branches.network.banks if bank in here]
