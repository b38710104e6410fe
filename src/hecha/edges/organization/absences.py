"""Absences as they are kept. Each that is entered or ends is a fact; why somebody is away stands in no fact."""

import secrets
from dataclasses import asdict, replace
from datetime import datetime

import sqlalchemy as sa

from hecha.edges.organization.roster import changed
from hecha.edges.organization.tables import absences
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.facts import Fact
from hecha.kernel.ids import UnitId
from hecha.organization.absence import check
from hecha.organization.organization import Organization
from hecha.organization.people import Absence, PersonId
from hecha.organization.principal import Principal
from hecha.plan.posts import Act


def new_id() -> str:
    return f"A{secrets.token_hex(8)}"


def enter(tx: Tx, here: Organization, principal: Principal, one: Absence, now: datetime) -> None:
    """Somebody cannot come: said by those who keep the unit, or by themselves.

    Raises Refused, BadInput for somebody who does not work there, or is away already."""
    check(one)
    person = here.people.get(one.person)
    if person is None or person.unit != one.unit or not person.works(one.since):
        raise BadInput("person", "本单位没有这个人 nobody of this unit", "请从名单里选 choose from the list")
    clause = _clause(here, principal, one, now)
    if one.person in here.away(one.since):
        raise BadInput("person", "这个人已登记不能到岗 away already", "先登记到岗 enter the return first")
    tx.connection.execute(sa.insert(absences), asdict(one))
    tx.record(_fact("entered", one, principal, now, clause))
    changed(tx)


def end(tx: Tx, here: Organization, principal: Principal, id: str, now: datetime) -> None:
    """Somebody can come again. Raises NotThere, Refused."""
    row = tx.connection.execute(sa.select(absences).where(absences.c.id == id)).first()
    one = _absence(row) if row is not None else None
    if one is None or (one.until is not None and one.until <= now):
        raise NotThere("没有这条记录，或已经到岗 (not there, or back already)")
    clause = _clause(here, principal, one, now)
    ended = replace(one, until=max(now, one.since))
    tx.connection.execute(sa.update(absences).where(absences.c.id == id).values(until=ended.until))
    tx.record(_fact("ended", ended, principal, now, clause))
    changed(tx)


def _clause(here: Organization, principal: Principal, one: Absence, now: datetime) -> str:
    own = here.person(principal)
    if own is not None and own.id == one.person:
        return "5.3"
    return str(here.require(principal, Act.KEEP_ORGANIZATION, one.unit, now).clause)


def _absence(row: sa.Row[tuple[object, ...]]) -> Absence:
    return Absence(row.id, UnitId(row.unit), PersonId(row.person), row.since, row.until, row.why)


def _fact(action: str, one: Absence, principal: Principal, now: datetime, clause: str) -> Fact:
    data = {"unit": one.unit, "person": one.person, "since": one.since, "until": one.until}
    return Fact(f"organization:absence:{action}", one.id, now, principal.account, principal.unit, clause, data)
