"""Brings registrations home that the spool took in while the store was away: same id, same key, same moment.

An entry's id follows from its key, so one that had reached the store after all is not entered twice.
"""

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, select

from hecha.edges.api.desk_register import ROUTE, TASK, entry_with_slip
from hecha.edges.api.office import Office
from hecha.edges.jobs import leases
from hecha.edges.jobs.leases import Claimed
from hecha.edges.store.lives import register
from hecha.edges.store.tables import entries, replies, vault_index
from hecha.edges.store.vault import Fields
from hecha.edges.store.writer import Tx
from hecha.response.backlog import Entry, Evidence, Register

CHUNK = 100
WORKER = "归档 homing"
Taken = tuple[Claimed, Entry, Fields, Any]


class Homing:
    """`once` brings at most one chunk home and says how many."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def once(self) -> int:
        spool = self._office.spool
        if spool is None:
            return 0
        taken = await spool.write(self._take)
        if not taken:
            return 0
        await self._office.store.write(lambda tx: self._enter_all(tx, taken))
        await spool.write(lambda tx: self._leave_all(tx, taken))
        return len(taken)

    def _enter_all(self, tx: Tx, taken: list[Taken]) -> None:
        for _, entry, person, reply in taken:
            self._enter(tx, entry, person, reply)

    def _leave_all(self, tx: Tx, taken: list[Taken]) -> None:
        for task, entry, _, _ in taken:
            self._leave(tx, task, entry)

    def _take(self, tx: Tx) -> list[Taken]:
        claimed = leases.claim(tx, TASK, self._office.clock(), CHUNK)
        found = [(task, register.load(tx.connection, task.item)) for task in claimed]
        here = [(task, entry) for task, entry in found if entry is not None]
        if not here:
            return []
        tokens = [entry.token for _, entry in here]
        opened = self._office.vault.open_many(tx, tokens, "homing", WORKER, self._office.clock())
        kept = select(replies).where(replies.c.route == ROUTE)
        by_entry = {_entry_in(row): row for row in tx.connection.execute(kept)}
        return [(task, entry, opened[entry.token], by_entry[entry.id]) for task, entry in here]

    def _enter(self, tx: Tx, entry: Entry, person: Fields, reply: Any) -> None:
        if register.load(tx.connection, entry.id) is not None:
            return  # its COMMIT had arrived after all
        at, institution = entry.registered_at, entry.institution
        token = self._office.vault.seal(tx, institution, at, person, {"number": person["number"]})
        names = {field.name for field in fields(Register)}
        values = {name: value for name, value in asdict(entry).items() if name in names} | {"token": token}
        values["evidence"] = Evidence(entry.evidence)
        values["slip"] = _slip_of(tx, entry)
        register.do(tx, entry.id, Register(**values, at=at, by=entry.registered_by))
        leases.put(tx, TASK, [entry.id], institution, self._office.clock())
        tx.connection.execute(replies.insert(), dict(reply._mapping))

    def _leave(self, tx: Tx, task: Claimed, entry: Entry) -> None:
        """Nothing of the citizen stays in the spool."""
        if not leases.finish(tx, task):
            return
        now = self._office.clock()
        tx.connection.execute(delete(vault_index).where(vault_index.c.token == entry.token))  # ok: a column
        self._office.vault.erase(tx, entry.token, WORKER, now, "brought home")
        tx.connection.execute(delete(entries).where(entries.c.id == entry.id))


def _slip_of(tx: Tx, entry: Entry) -> str | None:
    """The entry's slip number; marked as one more where the slip had been entered at home meanwhile: nothing is lost,
    and both are seen."""
    number, again = entry.slip, 1
    while number and entry_with_slip(tx, entry.outlet, number):
        again += 1
        number = f"{entry.slip} #{again}"
    return number


def _entry_in(row: Any) -> str:
    return str(json.loads(row.response)["id"])
