"""Who may read which report: its sender and those above it in its own line; once it is sent, its receivers and the
branches above them (before that they see that it is owed). A bank never reads another bank's, an outlet none.

One rule over two sets of units: `depth` asks it of one report, lists of reports put the sets into their query.
"""

from dataclasses import dataclass
from enum import StrEnum

from hecha.kernel.errors import NotThere
from hecha.kernel.ids import UnitId
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight
from hecha.organization.units import Units, bank_of
from hecha.report.model import Report


class Depth(StrEnum):
    """How much of a report somebody sees."""

    NOTHING = "nothing"
    STATE = "state"  # that it is owed, until when, what was told by telephone
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Reader:
    """`sends`: units whose own reports are seen; `takes`: units for which received ones are seen; None: all."""

    sends: frozenset[str] | None
    takes: frozenset[str] | None


def reader(network: Network, principal: Principal) -> Reader:
    """What a person's unit lets them read: its own reports and those of units in its area, of its own line."""
    unit = str(principal.unit)
    if Sight(network, principal).everything:
        return Reader(None, None)
    line = _line(network, unit)
    return Reader(line, line)


def _line(network: Network, unit: str) -> frozenset[str]:
    """The unit, and whatever of its own line may stand in its area (not every name is a unit that there is)."""
    kind, _, key = unit.partition("/")
    name, _, code = key.partition("/")
    if kind == "pbc":
        return frozenset({unit, *(f"pbc/{each}" for each in _below(network, key))})
    if kind == "bank":
        areas = _below(network, code) if code else set(network.areas)
        return frozenset({unit, *(f"bank/{name}/{each}" for each in areas)})
    return frozenset()


def _below(network: Network, code: str) -> set[str]:
    """The areas below one."""
    near = {str(one.code) for one in network.areas.values() if one.parent == code}
    return near | {str(one.code) for one in network.areas.values() if one.parent in near}


def depth(who: Reader, report: Report) -> Depth:
    """How much of this report the reader sees."""
    if who.sends is None or report.unit in who.sends:
        return Depth.WHOLE
    assert who.takes is not None
    if not who.takes & set(report.readers):
        return Depth.NOTHING
    return Depth.WHOLE if report.sent is not None else Depth.STATE


def require(who: Reader, report: Report | None) -> Report:
    """The report, if it may be read at all. Raises NotThere, whether it does not exist or is not theirs."""
    if report is None or depth(who, report) is Depth.NOTHING:
        raise NotThere("没有这份报告，或不在您的权限之内。请从报告列表进入")
    return report


def ladder(units: Units, over: str) -> tuple[str, ...]:
    """The units above one, the nearest first: where a report may go that skips it (4.1.3(2))."""
    if bank_of(UnitId(over)) is None and not over.startswith("pbc/"):
        return ()
    return tuple(units.above(UnitId(over)))
