"""A book that reads each thing once: for looking at many possibilities in one moment. Nothing is decided upon it."""

from collections.abc import Sequence
from typing import Any

from hecha.flow.book import Book
from hecha.network.branches import Branches
from hecha.network.model import Network
from hecha.organization.units import Units
from hecha.plan.model import Plan


class Remembered:
    """`Book` over another one. It does not see what is written after the first look."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._states: dict[tuple[str, str], Any | None] = {}
        self._lists: dict[tuple[str, str], Sequence[Any]] = {}

    @property
    def network(self) -> Network:
        return self._book.network

    @property
    def branches(self) -> Branches:
        return self._book.branches

    @property
    def units(self) -> Units:
        return self._book.units

    @property
    def plans(self) -> Sequence[Plan]:
        return self._book.plans

    def plan(self, name: str) -> Plan:
        return self._book.plan(name)

    def state(self, kind: str, id: str) -> Any | None:
        if (kind, id) not in self._states:
            self._states[kind, id] = self._book.state(kind, id)
        return self._states[kind, id]

    def of(self, incident: str, kind: str) -> Sequence[Any]:
        if (incident, kind) not in self._lists:
            self._lists[incident, kind] = self._book.of(incident, kind)
        return self._lists[incident, kind]

    def open_duties(self, incident: str) -> Sequence[str]:
        return self._book.open_duties(incident)

    def next_number(self, unit: str, series: str, year: int) -> int:
        raise NotImplementedError("numbers are taken in the transaction that uses them")
