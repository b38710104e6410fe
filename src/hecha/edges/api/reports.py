"""`/v1/reports` (报告, 4.1): lists, one report with what it says or would say, and what people do with one."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import FastAPI, Header, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hecha.edges.api import problems
from hecha.edges.api.office import Office
from hecha.edges.procedure.report_desk import Look, ReportDesk
from hecha.edges.procedure.report_lists import Line, Page, Question, Tab
from hecha.edges.store.writer import Tx
from hecha.flow.report_sight import Depth
from hecha.organization.principal import Principal
from hecha.plan.posts import Act
from hecha.report.content import TEXT_MAX
from hecha.report.legs import is_outside
from hecha.report.lifecycle import LINE_MAX
from hecha.report.model import Report

Answer = dict[str, Any]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=128)]
Cursor = Annotated[str, Query(max_length=400, pattern="^[A-Za-z0-9_-]*$")]
Id = Annotated[str, Path(max_length=160, pattern="^[A-Za-z0-9.+_-]+$")]
Incident = Annotated[str, Query(max_length=120, pattern="^[A-Za-z0-9.+_-]*$")]
Unit = Annotated[str, Query(max_length=80, pattern="^[A-Za-z0-9._/-]*$")]
Limit = Annotated[int, Query(ge=1, le=200)]
Line_ = Annotated[str, Field(max_length=LINE_MAX)]
JUDGED_MAX = 30


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SendingForm(_Form):
    """`judged`: what a person says, by item (`nature`, `handling`, …); what is measured is filled in by the system."""

    judged: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=TEXT_MAX + 1)]] = Field(
        max_length=JUDGED_MAX
    )


class PhoneForm(_Form):
    to: Line_
    callee: Line_
    said: Line_
    at: AwareDatetime | None = None


class SkipForm(_Form):
    over: Line_
    reason: Line_


class DeliveryForm(_Form):
    to: Line_
    via: Line_
    number: Line_ = ""
    at: AwareDatetime | None = None


class AnswerForm(_Form):
    sender: Line_
    number: Line_
    receiver: Line_
    gist: Annotated[str, Field(max_length=5 * LINE_MAX)]
    scan: Line_ = ""
    at: AwareDatetime | None = None


Do = Callable[[Tx, Principal, str], Report]


def add_reports(app: FastAPI, who: Any, *, desk: ReportDesk, office: Callable[[], Office]) -> None:
    """Hang the routes onto the application; `who` is its dependency for the verified identity."""
    here = _Doing(desk, office)

    @app.get("/v1/reports", tags=["reports"])
    async def reports(
        principal: who,
        tab: Tab = Tab.ALL,
        incident: Incident = "",
        sender: Unit = "",
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Answer:
        """A page of reports; what is to be sent or taken comes in the order of its deadline."""
        asked = Question(tab, str(principal.unit), desk.now, incident, sender, cursor, limit)
        return told_page(await asyncio.to_thread(desk.page, principal, asked))

    @app.get("/v1/reports/{id}", tags=["reports"])
    async def report(principal: who, id: Id) -> Answer:
        """One report: as it was sent, or as it would be sent now, with what is missing."""
        return told_look(await asyncio.to_thread(desk.look, principal, id))

    @app.post("/v1/reports/{id}/sending", tags=["reports"])
    async def send(principal: who, id: Id, form: SendingForm, key: Key = "") -> Answer:
        """Send it in writing; refused with the clause while something is missing."""
        return await here.do(
            principal, id, "sending", key, form, Act.REPORT, lambda tx, who, id: desk.send(tx, who, id, form.judged)
        )

    @app.post("/v1/reports/{id}/phone", tags=["reports"])
    async def phone(principal: who, id: Id, form: PhoneForm, key: Key = "") -> Answer:
        """Record that a receiver was told by telephone; the written report stays owed."""

        def call(tx: Tx, who: Principal, id: str) -> Report:
            return desk.phone(tx, who, id, form.to, form.callee, form.said, form.at or desk.now)

        return await here.do(principal, id, "phone", key, form, Act.REPORT, call)

    @app.post("/v1/reports/{id}/skip", tags=["reports"])
    async def skip(principal: who, id: Id, form: SkipForm, key: Key = "") -> Answer:
        """Report to the level above one receiver, which is informed."""
        return await here.do(
            principal, id, "skip", key, form, Act.REPORT,
            lambda tx, who, id: desk.skip(tx, who, id, form.over, form.reason),
        )  # fmt: skip

    @app.post("/v1/reports/{id}/receipt", tags=["reports"])
    async def receive(principal: who, id: Id, key: Key = "") -> Answer:
        """The caller's own unit takes the report."""
        return await here.do(principal, id, "receipt", key, None, Act.RECEIPT, desk.receive)

    _outside(app, who, desk, here)


def _outside(app: FastAPI, who: Any, desk: ReportDesk, here: "_Doing") -> None:
    """What goes to, and comes from, receivers outside the system; and follow-ups."""

    @app.post("/v1/reports/{id}/delivery", tags=["reports"])
    async def deliver(principal: who, id: Id, form: DeliveryForm, key: Key = "") -> Answer:
        """Record how the paper went to a receiver outside the system: `fax`, `mail`, `courier`, `network`."""

        def go(tx: Tx, who: Principal, id: str) -> Report:
            return desk.deliver(tx, who, id, form.to, form.via, form.number, form.at or desk.now)

        return await here.do(principal, id, "delivery", key, form, Act.RECORD_EXTERNAL, go)

    @app.post("/v1/reports/{id}/answer", tags=["reports"])
    async def answer(principal: who, id: Id, form: AnswerForm, key: Key = "") -> Answer:
        """Enter what a receiver outside the system answered."""

        def enter(tx: Tx, who: Principal, id: str) -> Report:
            return desk.enter(tx, who, id, form.model_dump() | {"at": form.at or desk.now})

        return await here.do(principal, id, "answer", key, form, Act.RECORD_EXTERNAL, enter)

    @app.post("/v1/reports/{id}/follow-up", tags=["reports"])
    async def follow_up(principal: who, id: Id, key: Key = "") -> Answer:
        """The open follow-up of the same sender, or a new one: the only way to correct what was sent."""
        return await here.do(principal, id, "follow-up", key, None, Act.REPORT, desk.follow_up)


class _Doing:
    """Does something once a key, if the post allows it."""

    def __init__(self, desk: ReportDesk, office: Callable[[], Office]) -> None:
        self._desk, self._office = desk, office

    async def do(
        self, who: Principal, id: str, what: str, key: str, form: BaseModel | None, act: Act, do: Do
    ) -> Answer:
        if not key:
            raise problems.KeyMissing
        unit = str(who.unit) if act is Act.RECEIPT else ""
        await asyncio.to_thread(self._desk.permit, who, act, id, unit)
        payload: Mapping[str, Any] = (form.model_dump(mode="json") if form else {}) | {"id": id}
        route = f"POST /v1/reports/{what}"
        return await self._office().once(who, key, route, payload, lambda tx: told(do(tx, who, id)))


def told_page(page: Page) -> Answer:
    return {"items": [_told_line(line) for line in page.lines], "next": page.next or None}


def _told_line(line: Line) -> Answer:
    return told(line.report) | {"due": _text(line.due) or told(line.report)["due"]}


def told(report: Report) -> Answer:
    """A report's state as JSON, without what it says."""
    due = report.due
    return {
        "id": report.id,
        "incident": report.incident,
        "unit": report.unit,
        "plan": report.plan,
        "kind": report.kind.value,
        "serial": report.serial,
        "phase": report.phase.value,
        "level": report.level,
        "receivers": [_told_receiver(report, unit) for unit in report.receivers],
        "due": _text(due[1]) if due else None,
        "notice_due": _text(report.notice_due),
        "written_due": _text(report.written_due),
        "number": report.number or None,
        "sent_at": _text(report.sent),
        "previous": report.previous or None,
        "calls": msgspec.to_builtins(report.calls),
        "skip": msgspec.to_builtins(report.skip),
        "cancelled": report.cancelled or None,
    }


def _told_receiver(report: Report, unit: str) -> Answer:
    got = report.received(unit)
    gone = next((one for one in report.deliveries if one.to == unit), None)
    return {
        "unit": unit,
        "outside": is_outside(unit),
        "received_at": _text(got.at) if got else None,
        "received_by": got.name if got else None,
        "delivered_at": _text(gone.at) if gone else None,
        "delivered_via": gone.via.value if gone else None,
    }


def told_look(look: Look) -> Answer:
    """The state, and for those who may read it what it says: measured apart from judged."""
    found = told(look.report)
    if look.depth is not Depth.WHOLE:
        return found
    suggested = dict(look.filled.suggested) if look.filled else {}
    return found | {
        "content": msgspec.to_builtins(look.content),
        "suggested": suggested,
        "missing": [msgspec.to_builtins(one) for one in look.missing],
        "answers": msgspec.to_builtins(look.report.answers),
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
