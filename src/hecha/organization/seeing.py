"""Whose telephones one may look up: the own line of units, the own area, and the branches one reports to (4.1.2.1)."""

from collections.abc import Iterator
from datetime import datetime

from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal
from hecha.organization.units import HEAD_OFFICE, Units


def sees_unit(units: Units, who: Principal, unit: UnitId, at: datetime) -> bool:
    """Whether somebody may look a unit up. The province and head office see all; a bank never sees another bank."""
    own = units.acting(who.unit, at)
    if unit == own or own == HEAD_OFFICE or units.is_below(own, unit, at) or units.has_in_area(own, unit, at):
        return True
    local = units.local_branch(own, at)
    return unit == local or unit in units.above(local, at)


def units_seen(here: Organization, who: Principal, at: datetime) -> Iterator[UnitId]:
    """All units that somebody may look up, the central bank's first, each bank after the other."""
    return (unit for unit in here.units.all(at) if sees_unit(here.units, who, unit, at))
