"""Who owes which report to whom (报告程序, 4.1.2), unit by unit, for an event of an extent and a level.

A bank hit by an outage reports by its lowest unit that covers its hit outlets: to the local branch of that area, and to
its own superior at the same time. A local interface bank that lost interface everywhere reports by its head office.
Every branch of the central bank in whose area the event lies sums up for the one above, up to the province, and the
province tells head office. A data error is no bank's event: nothing has failed at a bank, so the branches report it.

    owed(plan, units, extent, level, at) -> one Sender for each unit that owes a report, lowest first
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hecha.incident.event import Extent
from hecha.kernel.ids import Access, AreaCode, BankId, UnitId
from hecha.network.model import Bank, Network
from hecha.organization.units import HEAD_OFFICE, Units, bank_unit
from hecha.plan.model import Plan, RouteLeg
from hecha.report.legs import ELSEWHERE, Leg
from hecha.report.route import LOST_INTERFACE

_BANK, _LOCAL = "bank", "local"
_LEVELS = ("county", "city", "province")
_SUPERIOR_ELSEWHERE = frozenset({"policy", "state", "joint_stock", "foreign"})


@dataclass(frozen=True, slots=True)
class Sender:
    """A unit that owes one report, to one or several receivers at the same time."""

    unit: str
    legs: tuple[Leg, ...]


def superior_elsewhere(bank: Bank, unit: str) -> str:
    """The superior of a bank's highest unit here; "" for one whose head office it is."""
    is_branch = bank.access is Access.NATIONAL or (bank.access is Access.NONE and bank.category in _SUPERIOR_ELSEWHERE)
    return f"{ELSEWHERE}{unit}" if is_branch else ""


def owed(
    plan: Plan, network: Network, units: Units, extent: Extent, level: int | None, at: datetime
) -> tuple[Sender, ...]:
    """Every sender with its legs: banks first, then the central bank's branches upward. None by a plan by which it is
    no event (`level` None)."""
    if level is None:
        return ()
    found: dict[str, dict[str, Leg]] = {}
    look = _Look(plan, network, units, extent, at)
    for line in plan.routes:
        if line.levels and level not in line.levels:
            continue
        for unit, to in look.pairs(line):
            legs = found.setdefault(unit, {})
            legs[to] = _faster(legs.get(to), _leg(plan, line, to))
    order = {unit: place for place, unit in enumerate(look.path)}
    ordered = sorted(found, key=lambda unit: order.get(UnitId(unit), -1))
    return tuple(Sender(unit, tuple(found[unit].values())) for unit in ordered)


def _leg(plan: Plan, line: RouteLeg, to: str) -> Leg:
    speed = plan.speeds[line.speed]
    return Leg(to, line.clause, speed.word, speed.notice_minutes, speed.written_minutes, speed.repeat_minutes)


def _faster(one: Leg | None, other: Leg) -> Leg:
    return other if one is None or other.notice_minutes < one.notice_minutes else one


class _Look:
    """What the lines of the plan mean for one event."""

    def __init__(self, plan: Plan, network: Network, units: Units, extent: Extent, at: datetime) -> None:
        self._network, self._units, self._extent, self._at = network, units, extent, at
        self.path = self._branches()

    def pairs(self, line: RouteLeg) -> Iterator[tuple[str, str]]:
        """(sender, receiver) of one line."""
        senders = self._banks(line.when) if line.sender == _BANK else self._of_level(line.sender)
        for sender in senders:
            to = self._receiver(line, sender)
            if to and to != sender:
                yield sender, to

    def _banks(self, when: str) -> Iterator[UnitId]:
        if when == LOST_INTERFACE:
            yield from (bank_unit(BankId(bank)) for bank in self._extent.lost)
            return
        for bank, area in self._extent.banks:
            yield self._units.acting(bank_unit(BankId(bank), AreaCode(area)), self._at)

    def _of_level(self, level: str) -> Iterator[UnitId]:
        yield from (unit for unit in self.path if self._units.level(unit) == level)

    def _receiver(self, line: RouteLeg, sender: UnitId) -> str:
        if line.receiver == HEAD_OFFICE:
            return HEAD_OFFICE
        if line.sender != _BANK:
            above = self._units.superior(sender, self._at)
            return above if above is not None and above != HEAD_OFFICE else ""
        if line.receiver == _BANK:
            return self._above_bank(sender)
        local = self._local(sender)
        if line.receiver == _LOCAL:
            return local
        return next((unit for unit in self._upward(local) if self._units.level(unit) == line.receiver), "")

    def _local(self, sender: UnitId) -> UnitId:
        """The local branch of a bank's hit area; of its head office, where that stands."""
        bank = sender.split("/")[1]
        area = next((area for name, area in self._extent.banks if name == bank), "")
        is_whole = sender == bank_unit(BankId(bank)) and bank in self._extent.lost
        return self._units.local_branch(sender if is_whole or not area else AreaCode(area), self._at)

    def _above_bank(self, sender: UnitId) -> str:
        bank = BankId(sender.split("/")[1])
        above = self._units.superior(sender, self._at)
        return above if above is not None else superior_elsewhere(self._network.banks[bank], sender)

    def _branches(self) -> tuple[UnitId, ...]:
        """The branches on the way of the event's reports, lowest first: local ones of the areas touched, those that
        banks report to, and all above them up to the province."""
        counties = self._counties(self._extent.areas)
        lowest = {self._units.local_branch(area, self._at) for area in counties}
        lowest |= {self._units.local_branch(bank_unit(BankId(bank)), self._at) for bank in self._extent.lost}
        lowest |= {self._units.local_branch(AreaCode(area), self._at) for _, area in self._extent.banks}
        if not lowest:
            lowest = {unit for unit in self._units.central(self._at) if self._units.level(unit) == "province"}
        found = {unit for each in lowest for unit in self._upward(each)}
        return tuple(sorted(found, key=lambda unit: (_LEVELS.index(str(self._units.level(unit))), unit)))

    def _upward(self, branch: UnitId) -> list[UnitId]:
        """The branch and those above it, inside the province."""
        return [unit for unit in (branch, *self._units.above(branch, self._at)) if unit != HEAD_OFFICE]

    def _counties(self, areas: Iterable[str]) -> set[AreaCode]:
        """A city stands for its counties (含所辖县)."""
        found: set[AreaCode] = set()
        for code in areas:
            below = [one.code for one in self._network.areas.values() if one.parent == code]
            found |= set(below or [AreaCode(code)])
        return found
