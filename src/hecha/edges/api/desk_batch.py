"""The desk's part for batches: take a file, show progress, give results. `edges.jobs.batches` works the rows."""

import asyncio
from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select

from hecha.edges.api.asks import BatchForm
from hecha.edges.api.batch_file import text_of
from hecha.edges.api.office import PAGE_MAX, SHANGHAI, Office, new_id, page_of
from hecha.edges.api.place import institution_of, outlet_of, own_outlets
from hecha.edges.jobs import leases
from hecha.edges.store.tables import batch_chunks, batch_rows, batches
from hecha.edges.store.writer import Tx
from hecha.flow.counter import OUTCOME_TEXTS
from hecha.kernel.errors import NotThere
from hecha.kernel.facts import Fact
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.response.batch import Row, Sheet, export, parse
from hecha.verification.outcome import Outcome

TASK = "batch"
CHUNK_ROWS = 32
_BAD = "bad_row"


async def submit(
    office: Office, principal: Principal, filename: str, content: bytes, form: BatchForm, key: str
) -> dict[str, Any]:
    """Take a file; answered after COMMIT with its bad rows named. The good ones are verified from then on."""
    Sight(office.network, principal).require(Right.BATCH)
    outlet = outlet_of(office.network, principal, form.outlet)
    sheet = await asyncio.to_thread(lambda: parse(text_of(filename, content)))
    payload = {"file": office.vault.fingerprint(content).hex()} | form.model_dump()
    now, institution = office.clock(), institution_of(office.network, principal)

    def act(tx: Tx) -> dict[str, Any]:
        id = new_id("B", now)
        row = {"id": id, "institution": institution, "outlet": outlet, "business": form.business, "at": now}
        row |= {"state": "running" if sheet.rows else "done", "total": sheet.total, "bad": len(sheet.bad)}
        tx.connection.execute(insert(batches), row | {"by": principal.account})
        _store(office, tx, id, institution, sheet)
        data = {"total": sheet.total, "bad": len(sheet.bad), "outlet": outlet}
        tx.record(Fact("batch:file:taken", id, now, principal.account, data=data))
        bad = [{"row": one.row, "problem": one.problem} for one in sheet.bad[:PAGE_MAX]]
        return {"id": id, "total": sheet.total, "good": len(sheet.rows), "bad": bad, "durable": "local"}

    return await office.once(principal, key, "batches", payload, act)


def _store(office: Office, tx: Tx, id: str, institution: str, sheet: Sheet) -> None:
    """Rows in chunks: one vault item and one task each; the rows' table knows no citizen."""
    now = office.clock()
    chunks = [sheet.rows[at : at + CHUNK_ROWS] for at in range(0, len(sheet.rows), CHUNK_ROWS)]
    rows = [_row(id, one.row, -1, _BAD, one.problem) for one in sheet.bad]
    for number, chunk in enumerate(chunks):
        token = office.vault.seal(tx, institution, now, {"rows": [_sealed(row) for row in chunk]})
        tx.connection.execute(insert(batch_chunks), {"batch": id, "chunk": number, "token": token})
        rows += [_row(id, row.row, number, "", "") for row in chunk]
    if rows:
        tx.connection.execute(insert(batch_rows), rows)
    if chunks:
        leases.put(tx, TASK, [f"{id}/{number}" for number in range(len(chunks))], institution, now)


def _row(id: str, row: int, chunk: int, outcome: str, problem: str) -> dict[str, Any]:
    return {"batch": id, "row": row, "chunk": chunk, "outcome": outcome, "problem": problem}


def _sealed(row: Row) -> dict[str, Any]:
    return {"row": row.row, "name": row.name, "number": row.number, "card_authority": row.card_authority}


def progress(office: Office, principal: Principal, id: str) -> dict[str, Any]:
    """How far a batch is: counts per outcome, and its bad rows by number."""
    batch = _find(office, principal, id)
    with office.store.read() as connection:
        by_outcome = (
            select(batch_rows.c.outcome, func.count()).where(batch_rows.c.batch == id).group_by(batch_rows.c.outcome)
        )
        counts: Counter[str] = Counter(dict(connection.execute(by_outcome).all()))
        bad = select(batch_rows.c.row, batch_rows.c.problem).where(
            batch_rows.c.batch == id, batch_rows.c.outcome == _BAD
        )
        named = [dict(row) for row in connection.execute(bad.order_by(batch_rows.c.row).limit(PAGE_MAX)).mappings()]
    done = batch["total"] - counts[""]
    shown = {"id": id, "state": batch["state"], "total": batch["total"], "done": done, "bad": named}
    shown |= {"bad_count": batch["bad"], "outlet": batch["outlet"], "by": batch["by"]}
    shown["at"] = batch["at"].astimezone(SHANGHAI).isoformat(timespec="seconds")
    outcomes = {outcome: count for outcome, count in counts.items() if outcome not in ("", _BAD)}
    return shown | {"outcomes": outcomes}


async def results(office: Office, principal: Principal, id: str) -> str:
    """The result file (CSV) with the original rows; opening them is a fact. No cell is a formula."""
    batch = _find(office, principal, id)
    with office.store.read() as connection:
        tokens = connection.execute(select(batch_chunks.c.token).where(batch_chunks.c.batch == id)).scalars().all()
        rows = connection.execute(select(batch_rows).where(batch_rows.c.batch == id).order_by(batch_rows.c.row)).all()
    now = office.clock()
    opened = await office.store.write(
        lambda tx: office.vault.open_many(tx, tokens, f"batch result {batch['id']}", principal.account, now)
    )
    people = {one["row"]: one for fields in opened.values() for one in fields["rows"]}
    heading = ("行 row", "姓名 name", "公民身份号码 number", "签发机关 authority", "结果 outcome", "说明 note")
    return export(heading, (_line(row, people.get(row.row, {})) for row in rows))


def page(office: Office, principal: Principal, *, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    """Batches of the own institution, newest first."""
    limit = max(1, min(limit, PAGE_MAX))
    query = select(batches).where(_own(office, principal)).order_by(batches.c.id.desc())
    if cursor:
        query = query.where(batches.c.id < cursor)
    with office.store.read() as connection:
        rows = connection.execute(query.limit(limit + 1)).mappings().all()
    return page_of([_batch(row) for row in rows], limit)


def _line(row: Any, person: dict[str, Any]) -> tuple[object, ...]:
    text = (
        row.problem if row.outcome == _BAD else OUTCOME_TEXTS[Outcome(row.outcome)]["zh"] if row.outcome else "待核查"
    )
    who = (person.get("name", ""), person.get("number", ""), person.get("card_authority", ""))
    return (row.row, *who, row.outcome, text)


def _find(office: Office, principal: Principal, id: str) -> Any:
    query = select(batches).where(batches.c.id == id, _own(office, principal))
    with office.store.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise NotThere("没有这个批次，或不在您的权限之内 (no such batch, or not yours)")
    return row


def _own(office: Office, principal: Principal) -> ColumnElement[bool]:
    """Batches belong to the institution; a clerk sees those of the own outlet, a branch those of its outlets."""
    own: ColumnElement[bool] = batches.c.institution == institution_of(office.network, principal)
    return own & own_outlets(office.network, principal, batches.c.outlet)


def _batch(row: Any) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "outlet", "state", "total", "bad", "by")}
    return shown | {"at": row["at"].astimezone(SHANGHAI).isoformat(timespec="seconds")}
