"""The desk's part for the deferred register: enter, look, settle, print."""

import asyncio
from dataclasses import fields as fields_of
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, select, tuple_

from hecha.edges.api.asks import RegistrationForm, SettlementForm
from hecha.edges.api.office import PAGE_MAX, SHANGHAI, Office, check_key, entry_id, page_of
from hecha.edges.api.place import institution_of, outlet_of, require_same_institution, seen_entries
from hecha.edges.jobs import leases
from hecha.edges.store.lives import register
from hecha.edges.store.tables import entries
from hecha.edges.store.vault import Fields
from hecha.edges.store.writer import Tx
from hecha.flow.counter import card_city, slip
from hecha.kernel.errors import Conflict, NotThere, Unavailable
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.response.backlog import Entry, Register, Settle, State
from hecha.response.late_entry import check_happened
from hecha.response.slip_number import read_slip_number
from hecha.verification.subject import check_name, check_number, mask

TASK = "backlog"
SHOWN = tuple(field.name for field in fields_of(Entry) if field.name != "token")
_NEWEST = (entries.c.registered_at.desc(), entries.c.id.desc())
ROUTE = "registrations"
PATIENCE_SECONDS = 30.0
STORE_SECONDS = 5.0  # then the spool takes it: a registration is never refused for our faults


async def register_business(office: Office, principal: Principal, form: RegistrationForm, key: str) -> dict[str, Any]:
    """Enter a business; answered after COMMIT. Never refused because the chain is away."""
    Sight(office.network, principal).require(Right.VERIFY)
    outlet = outlet_of(office.network, principal, form.outlet)
    now = office.clock()
    fields = _fields(form)
    number = read_slip_number(form.slip, outlet) or None
    check_happened(form.happened_at, now)
    check_key(key)
    institution = institution_of(office.network, principal)

    def act(tx: Tx) -> dict[str, Any]:
        _require_fresh_slip(tx, outlet, number)
        token = office.vault.seal(tx, institution, now, fields, {"number": fields["number"]})
        county = office.network.outlets[outlet].county
        command = Register(
            id=entry_id(office.vault, institution, key),
            institution=institution,
            outlet=outlet,
            token=token,
            mode=form.mode,
            business=form.business.type,
            evidence=form.evidence,
            voucher=form.voucher.number,
            copies=form.voucher.copies,
            card_city=card_city(office.network, form.subject.card_authority) or "",
            county=county,
            city=office.network.city_of(county),
            at=now,
            by=principal.account,
            happened_at=form.happened_at,
            slip=number,
        )
        entry, _ = register.do(tx, command.id, command)
        assert entry is not None
        leases.put(tx, TASK, [entry.id], institution, now)
        return shown(entry) | {"durable": "local"}

    payload = form.canonical()
    try:
        async with asyncio.timeout(STORE_SECONDS if office.spool else PATIENCE_SECONDS):
            return await office.once(principal, key, ROUTE, payload, act)
    except (Unavailable, TimeoutError):
        if office.spool is None:
            raise Unavailable("台账库", "请用同一键重发，或手工登记 (send again with the same key)") from None
    return await office.once(principal, key, ROUTE, payload, act, office.spool)


async def entry_of(office: Office, principal: Principal, id: str) -> dict[str, Any]:
    """One entry with the citizen (number masked); its opening is a fact. Without the right to open: as in lists."""
    entry = find(office, principal, id)
    if institution_of(office.network, principal) != entry.institution:
        return shown(entry)
    fields = await opened(office, principal, entry, "entry")
    return shown(entry) | {"subject": _masked(fields), "contact": fields["contact"], "reference": fields["reference"]}


async def slip_of(office: Office, principal: Principal, id: str) -> dict[str, Any]:
    """The result slip of an entry, with what back-verification said."""
    entry = find(office, principal, id)
    require_same_institution(office.network, principal, entry.institution)
    fields = await opened(office, principal, entry, "slip")
    answer = {
        "id": entry.id,
        "outcome": entry.outcome,
        "mode": entry.mode,
        "at": moment_words(entry.verified_at),
        "registered_at": moment_words(entry.registered_at),
        "voucher": entry.voucher,
        "copies": entry.copies,
        "evidence": entry.evidence,
        "back_verification": True,
    }
    who = _masked(fields) | {"reference": fields["reference"], "business": entry.business}
    return slip(office.network, outlet=entry.outlet, fields=who, answer=answer)


async def settle(office: Office, principal: Principal, id: str, form: SettlementForm, key: str) -> dict[str, Any]:
    """Close an entry whose result differs or could not be had."""
    Sight(office.network, principal).require(Right.SETTLE)
    entry = find(office, principal, id)
    require_same_institution(office.network, principal, entry.institution)
    command = Settle(form.how, office.clock(), principal.account)

    def act(tx: Tx) -> dict[str, Any]:
        after, _ = register.do(tx, id, command)
        assert after is not None
        return shown(after)

    return await office.once(principal, key, f"settlement:{id}", form.model_dump(mode="json"), act)


def page(
    office: Office, principal: Principal, *, states: tuple[State, ...] = (), cursor: str = "", limit: int = 50
) -> dict[str, Any]:
    """A page of the register, newest first, without citizens. `cursor`: the last id of the page before."""
    limit = max(1, min(limit, PAGE_MAX))
    query = select(entries).where(seen_entries(office.network, principal)).order_by(*_NEWEST)
    if states:
        query = query.where(entries.c.state.in_([state.value for state in states]))
    if cursor:
        at = select(entries.c.registered_at).where(entries.c.id == cursor).scalar_subquery()
        query = query.where(tuple_(entries.c.registered_at, entries.c.id) < tuple_(at, literal(cursor)))
    with office.store.read() as connection:
        rows = connection.execute(query.limit(limit + 1)).mappings().all()
    return page_of([shown(Entry(**row)) for row in rows], limit)


def since(office: Office, principal: Principal, moment: datetime, limit: int = PAGE_MAX) -> list[dict[str, Any]]:
    """Entries registered or verified since a moment, newest first."""
    recent: ColumnElement[bool] = (entries.c.registered_at >= moment) | (entries.c.verified_at >= moment)
    query = select(entries).where(seen_entries(office.network, principal), recent)
    with office.store.read() as connection:
        rows = connection.execute(query.order_by(*_NEWEST).limit(limit)).mappings().all()
    return [shown(Entry(**row)) for row in rows]


def find(office: Office, principal: Principal, id: str) -> Entry:
    """The entry, if it is theirs to see. Raises NotThere."""
    query = select(entries).where(entries.c.id == id, seen_entries(office.network, principal))
    with office.store.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise NotThere("没有这笔登记，或不在您的权限之内 (no such entry, or not yours)")
    return Entry(**row)


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as JSON, without the citizen."""
    row = {name: getattr(entry, name) for name in SHOWN}
    moments = ("happened_at", "registered_at", "verified_at", "settled_at", "next_at")
    return row | {name: moment_words(row[name]) for name in moments}


def entry_with_slip(tx: Tx, outlet: str, number: str) -> str | None:
    """The id of the entry that a paper slip was entered as, if it was."""
    query = select(entries.c.id).where(entries.c.outlet == outlet, entries.c.slip == number)
    return tx.connection.execute(query).scalar()


def _require_fresh_slip(tx: Tx, outlet: str, number: str | None) -> None:
    """Raises Conflict naming the entry when the slip was entered already."""
    known = entry_with_slip(tx, outlet, number) if number else None
    if known:
        raise Conflict(f"这张纸单已经补录 this slip was entered already: {known}")


def _fields(form: RegistrationForm) -> Fields:
    subject = form.subject
    return {
        "name": check_name(subject.name),
        "number": check_number(subject.number),
        "card_authority": subject.card_authority,
        "reference": form.business.reference,
        "contact": form.contact.model_dump(),
    }


async def opened(office: Office, principal: Principal, entry: Entry, purpose: str) -> Fields:
    """The citizen behind an entry; that it was opened, by whom and what for, is a fact."""
    now = office.clock()
    return await office.store.write(lambda tx: office.vault.open(tx, entry.token, purpose, principal.account, now))


def _masked(fields: Fields) -> dict[str, str]:
    authority = str(fields.get("card_authority", ""))
    return {"name": str(fields["name"]), "number": mask(str(fields["number"])), "card_authority": authority}


def moment_words(moment: datetime | None) -> str | None:
    """A moment as answers carry it, in the province's time."""
    return None if moment is None else moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
