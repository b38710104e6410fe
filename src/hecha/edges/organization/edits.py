"""Changes of the organisation: checked, permitted, written and put on record in one transaction.

    await edits.put(principal, [person, seat])     enters what is new, changes what differs; what is the same stays
    await edits.leave(principal, person_id)        somebody leaves: the seats end at the same moment
    await edits.remove(principal, expert)          an expert or a term is struck off

Facts say who holds what, never a telephone number.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, insert, update

from hecha.edges.clock import Clock
from hecha.edges.organization import tables
from hecha.edges.organization.roster import Roster, changed
from hecha.edges.store.store import Store
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import BadInput, HechaError, NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.ids import UnitId
from hecha.organization.checks import Checks
from hecha.organization.organization import Organization
from hecha.organization.people import Expert, Numbers, Person, PersonId, Seat
from hecha.organization.principal import Principal
from hecha.organization.sheets import Item
from hecha.organization.units import HEAD_OFFICE, Term
from hecha.plan.posts import Act

ITEMS_MAX = 60_000  # of one import
TABLES: Mapping[type, Table] = {
    Person: tables.people,
    Seat: tables.seats,
    Numbers: tables.numbers,
    Expert: tables.experts,
    Term: tables.terms,
}
WORDS: Mapping[type, str] = {Person: "person", Seat: "seat", Numbers: "numbers", Expert: "expert", Term: "unit"}
_UNTOLD = frozenset({"day", "night", "mobile", "duty_room", "phone", "mail"})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What cannot be taken: the item's place in the list, and why."""

    nth: int
    error: HechaError


@dataclass(frozen=True, slots=True)
class Edits:
    """All that may be changed. `clause` of a fact is that of the right by which it was done."""

    store: Store
    roster: Roster
    clock: Clock

    async def put(self, principal: Principal, items: Sequence[Item]) -> int:
        """How many were new or differed. Raises the first mistake, and then nothing is written."""
        found, wrong = await self.put_all(principal, items)
        if wrong:
            raise wrong[0].error
        return found

    async def put_all(self, principal: Principal, items: Sequence[Item]) -> tuple[int, tuple[Wrong, ...]]:
        """The same, with every mistake named; a single one, and nothing is written."""
        if len(items) > ITEMS_MAX:
            raise BadInput("rows", f"一次至多 {ITEMS_MAX} 项 too many at once", "分成几个文件 give several files")
        now = self.clock()
        return await self.store.write(lambda tx: self._put(tx, principal, items, now))

    async def leave(self, principal: Principal, person: PersonId) -> None:
        """Somebody no longer works here. Raises NotThere, Refused."""
        now = self.clock().replace(microsecond=0)  # sheets tell seconds

        def act(tx: Tx) -> None:
            here = self.roster.of(tx.connection)
            known = here.people.get(person)
            if known is None or not known.works(now):
                raise NotThere("没有这个人，或已经离开 (nobody here by this number)")
            ended = [replace(seat, until=now) for seat in here.seats_of(known, now)]
            _, wrong = self._put(tx, principal, [replace(known, left=now, account=""), *ended], now, leaving=True)
            if wrong:
                raise wrong[0].error

        await self.store.write(act)

    async def end(self, principal: Principal, seat: Seat) -> None:
        """Somebody holds a post no longer. Raises NotThere, Refused."""
        now = self.clock().replace(microsecond=0)

        def act(tx: Tx) -> None:
            here = self.roster.of(tx.connection)
            held = (one for one in here.seats if key_of(one) == key_of(seat) and one.holds(now))
            known = next(held, None)
            if known is None:
                raise NotThere("没有这个岗位，或已经终止 (no such post, or ended already)")
            _, wrong = self._put(tx, principal, [replace(known, until=now)], now, leaving=True)
            if wrong:
                raise wrong[0].error

        await self.store.write(act)

    async def remove(self, principal: Principal, item: Expert | Term) -> None:
        """Strike off. Raises NotThere when it is not there (any more), Refused."""
        now = self.clock()

        def act(tx: Tx) -> None:
            here = self.roster.of(tx.connection)
            clause = here.require(principal, Act.KEEP_ORGANIZATION, _kept_by(here, item), now).clause
            table, row = TABLES[type(item)], row_of(item)
            same = [column == row[column.name] for column in table.primary_key]
            if tx.connection.execute(delete(table).where(*same)).rowcount == 0:
                raise NotThere("没有这一项，或已经删去 (not there, or struck off already)")
            tx.record(_fact(item, "removed", (), principal, now, clause))
            changed(tx)

        await self.store.write(act)

    def _put(
        self, tx: Tx, principal: Principal, items: Sequence[Item], now: datetime, *, leaving: bool = False
    ) -> tuple[int, tuple[Wrong, ...]]:
        here = self.roster.of(tx.connection)
        before = {key_of(item): item for item in items_of(here)}
        known = _Known.of(here, items)
        wrong, differing, seen = [], [], set()
        for nth, item in enumerate(items):
            key = key_of(item)
            try:
                if key in seen:
                    raise BadInput("id", "同一项写了两次 listed twice", "只留一个 keep one")
                seen.add(key)
                if before.get(key) == item:
                    continue
                if not leaving:
                    _checked(here, item, known)
                clause = _permitted(here, principal, before.get(key), item, now)
            except HechaError as error:
                wrong.append(Wrong(nth, error))
            else:
                differing.append((item, before.get(key), clause))
        if wrong or not differing:
            return 0, tuple(wrong)
        for item, old, clause in differing:
            _write(tx, item, fresh=old is None)
            word = "entered" if old is None else "changed"
            tx.record(_fact(item, word, _fields(old, item), principal, now, clause))
        changed(tx)
        return len(differing), ()


@dataclass(frozen=True, slots=True)
class _Known:
    """The people that there will be, and who has which account."""

    people: frozenset[PersonId]
    accounts: Mapping[str, frozenset[PersonId]]

    @classmethod
    def of(cls, here: Organization, items: Sequence[Item]) -> "_Known":
        people = {**here.people, **{item.id: item for item in items if isinstance(item, Person)}}
        accounts: dict[str, set[PersonId]] = defaultdict(set)
        for one in people.values():
            accounts[one.account].add(one.id)
        return cls(frozenset(people), {account: frozenset(ids) for account, ids in accounts.items()})


def items_of(here: Organization) -> list[Item]:
    """Everything that is kept, in the order of the sheets."""
    terms = [term for some in here.units.terms.values() for term in some]
    return [*here.people.values(), *here.seats, *here.numbers.values(), *here.experts, *terms]


def key_of(item: Item) -> tuple[Any, ...]:
    """What makes it this one and no other."""
    row = row_of(item)
    return (WORDS[type(item)], *(row[column.name] for column in TABLES[type(item)].primary_key))


def row_of(item: Item) -> dict[str, Any]:
    """Its row in the table."""
    row = asdict(item)
    if isinstance(item, Term):
        since = "" if item.since is None else f"{item.since.timestamp():.0f}"
        return row | {"id": f"{item.unit}@{since}"}
    return row


def _permitted(here: Organization, principal: Principal, old: Item | None, new: Item, now: datetime) -> str:
    """The clause. Who moves somebody must be allowed to keep both units."""
    clause = here.require(principal, Act.KEEP_ORGANIZATION, _kept_by(here, new), now).clause
    if old is not None and old.unit != new.unit:
        here.require(principal, Act.KEEP_ORGANIZATION, old.unit, now)
    return clause


def _kept_by(here: Organization, item: Item) -> UnitId:
    """The unit that must be in one's keeping: for a unit's own terms, the one above it within the province."""
    if not isinstance(item, Term):
        return item.unit
    above = replace(here.units, terms={}, moment=None).superior(item.unit)
    return item.unit if above in (None, HEAD_OFFICE) else UnitId(str(above))


def _checked(here: Organization, item: Item, known: _Known) -> None:
    checks = Checks(here.units, here.rules)
    if isinstance(item, Person):
        checks.person(item)
        if item.account and known.accounts[item.account] != {item.id}:
            raise BadInput("account", "这个账号已属于另一人 another person has this account", "核对账号 check it")
    elif isinstance(item, Seat):
        checks.seat(item)
        if item.person not in known.people:
            raise BadInput("person", "没有这个人员编号 nobody has this number", "先登记人员 enter the person first")
    elif isinstance(item, Numbers):
        checks.numbers(item)
    elif isinstance(item, Expert):
        checks.expert(item)
    else:
        checks.term(item)


def _write(tx: Tx, item: Item, *, fresh: bool) -> None:
    table, row = TABLES[type(item)], row_of(item)
    if fresh:
        tx.connection.execute(insert(table).values(row))
        return
    same = [column == row[column.name] for column in table.primary_key]
    tx.connection.execute(update(table).where(*same).values(row))


def _fields(old: Item | None, new: Item) -> tuple[str, ...]:
    """Which fields differ."""
    if old is None:
        return ()
    before, after = asdict(old), asdict(new)
    return tuple(name for name in after if before[name] != after[name])


def _fact(item: Item, word: str, fields: Sequence[str], principal: Principal, now: datetime, clause: str) -> Fact:
    told = {name: value for name, value in asdict(item).items() if name not in _UNTOLD and value not in ("", None)}
    subject = str(item.id if isinstance(item, Person) else item.unit)
    data = told | ({"fields": list(fields)} if fields else {})
    kind = f"organization:{WORDS[type(item)]}:{word}"
    return Fact(kind, subject, now, principal.account, str(principal.unit), clause, data)
