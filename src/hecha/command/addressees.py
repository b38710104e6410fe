"""To whom an order goes and what it charges each with (4.3.1-4.3.3), as the plan says it for the ordering level.

    addressees(plan.charges, units, unit, touched, at)   who must acknowledge it, with clause and line of text

The province passes on what head office orders, so its charges are used then. Counties whose city has no group of its
own (Hangzhou) stand directly below the province. A bank is addressed at its highest unit in the ordering unit's area.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.ids import AreaCode, BankId, UnitId
from hecha.organization.places import Places
from hecha.organization.units import Units, bank_unit
from hecha.plan.model import Charge

TOUCHED = "touched"
OWN_POSTS = ("settlement", "credit", "technology")
"""The departments of the ordering unit that an order is conveyed to; its office conveys it, its group gave it."""
REPORTING = frozenset({"collect", "account"})


@dataclass(frozen=True, slots=True)
class Addressee:
    """A unit, or a post of the ordering unit, that must acknowledge; `charge` is the line of text for it.

    `reports`: it is charged with reporting how the order is carried out."""

    unit: str
    clause: str
    charge: str
    post: str = ""
    reports: bool = False

    @property
    def key(self) -> str:
        """`pbc/33.technology`, `pbc/3303`, `bank/X`."""
        return f"{self.unit}.{self.post}" if self.post else self.unit


def addressees(
    charges: Iterable[Charge], units: Units, unit: UnitId, touched: Collection[AreaCode], at: datetime
) -> tuple[Addressee, ...]:
    """Everyone an order of this unit goes to, each once, in the order of the plan. `touched`: the event's areas."""
    level = str(units.level(unit))
    found: dict[str, Addressee] = {}
    for charge in (one for one in charges if one.by == level):
        for one in _of(charge, units, unit, touched, at):
            found.setdefault(one.key, one)
    return tuple(found.values())


def lines(charges: Iterable[Charge], level: str) -> tuple[Charge, ...]:
    """What the plan charges each kind of addressee with at a level, its own office and group included."""
    return tuple(one for one in charges if one.by == level)


def _of(charge: Charge, units: Units, unit: UnitId, touched: Collection[AreaCode], at: datetime) -> Iterator[Addressee]:
    """The addressees of one charge."""
    reports = bool(REPORTING & set(charge.does))
    if charge.to in OWN_POSTS:
        yield Addressee(unit, charge.clause, charge.zh, charge.to, reports)
        return
    hit = frozenset(touched) if charge.reach == TOUCHED and touched else None
    found = _lower(units, unit, hit, at) if charge.to == "lower" else []
    found = _banks(units, unit, hit, at) if charge.to == "bank" else found
    for one in found:
        yield Addressee(one, charge.clause, charge.zh, "", reports)


def _lower(units: Units, unit: UnitId, hit: Collection[AreaCode] | None, at: datetime) -> list[UnitId]:
    """The groups right below, all or those whose area is hit."""
    below = [one for one in units.below(unit, at) if one.startswith("pbc/")]
    if hit is None:
        return below
    return [one for one in below if any(_inside(units.network, code, units.area(one)) for code in hit)]


def _banks(units: Units, unit: UnitId, hit: Collection[AreaCode] | None, at: datetime) -> list[UnitId]:
    """Of every bank with an outlet in the area (and in what is hit): its highest unit there."""
    network, area = units.network, units.area(unit)
    counties = {code for code in network.areas if _inside(network, code, area)}
    if hit is not None:
        counties &= {code for code in network.areas for one in hit if _inside(network, code, AreaCode(one))}
    there = {outlet.bank for outlet in network.outlets.values() if outlet.county in counties}
    return [units.acting(bank_unit(BankId(bank), area), at) for bank in network.banks if bank in there]


def _inside(network: Places, code: AreaCode, area: AreaCode | None) -> bool:
    """Whether an area is another one or lies in it."""
    here: AreaCode | None = code
    for _ in network.areas:  # bounded: no tree is deeper than it has areas
        if here is None or here == area or here not in network.areas:
            break
        here = network.areas[here].parent
    return here is not None and here == area
