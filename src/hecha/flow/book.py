"""The book: what reactions and desks may know of everything else, as of the transaction they run in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode
from hecha.network.branches import Branches
from hecha.network.model import Network
from hecha.organization.units import Units
from hecha.plan.model import Plan


class Book(Protocol):
    """Reads the lives in the caller's transaction; the network and the plans do not change within one."""

    @property
    def network(self) -> Network: ...
    @property
    def branches(self) -> Branches: ...
    @property
    def units(self) -> Units: ...
    @property
    def plans(self) -> Sequence[Plan]:
        """The settings' plan first."""

    def plan(self, name: str) -> Plan:
        """One of them; the first for a name that is not there any more."""

    def state(self, kind: str, id: str) -> Any | None:
        """The state of a life, None if there is none."""

    def of(self, incident: str, kind: str) -> Sequence[Any]:
        """The lives of one kind that belong to an incident, oldest first."""

    def open_duties(self, incident: str) -> Sequence[str]:
        """The words of what is still owed in an incident."""

    def next_number(self, unit: str, series: str, year: int) -> int:
        """The next number of a unit's series in a year (orders 令, reports 报); it is taken with the transaction."""


def existing(book: Book, kind: str, name: str) -> Any:
    """The state of a life that is known to exist: a fact speaks of it."""
    found = book.state(kind, name)
    assert found is not None
    return found


def incident_of(book: Book, name: str) -> Incident:
    """The incident that a life belongs to. It exists: lives of an incident are created by it."""
    found: Incident | None = book.state("incident", name)
    assert found is not None
    return found


def areas_of(incident: Incident) -> tuple[AreaCode, ...]:
    return tuple(AreaCode(code) for code in incident.extent.areas)


def year_of(moment: datetime) -> int:
    return moment.year
