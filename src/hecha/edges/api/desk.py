"""The desk (柜面): the one door to verification, register, delegation and batches; pages and JSON API are thin over it.

    answer = await desk.verify(principal, {"subject": {…}, "business": {…}}, key)      with `card`
    entry  = await desk.register(principal, {…}, key)                                  durable: "local"
    …      = await desk.delegate(…) / desk.accept(…) / desk.refuse(…) / desk.perform(…)
    …      = await desk.batch(principal, filename, content, {…}, key)

Bodies are the JSON objects of the API (`hecha.edges.api.asks`). Every method takes who asks from a verified identity
and raises errors of `hecha.kernel.errors`; answers are JSON objects.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, insert, select

from hecha.edges.api import desk_batch, desk_delegate, desk_register, desk_settling
from hecha.edges.api.asks import (
    AgreementForm,
    BatchForm,
    DelegationForm,
    RegistrationForm,
    ReplyForm,
    SettlementForm,
    VerificationForm,
)
from hecha.edges.api.office import SHANGHAI, Office, check_key, new_key
from hecha.edges.api.place import institution_of, outlet_of, own_outlets, seen_entries
from hecha.edges.clock import Clock, system_clock
from hecha.edges.store.store import Store
from hecha.edges.store.tables import checks, entries
from hecha.edges.store.vault import Vault
from hecha.flow.counter import slip
from hecha.flow.picture import Picture
from hecha.flow.ports import Answer, Verifier
from hecha.flow.recover import Terms
from hecha.kernel.errors import BadInput, HechaError
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.response.backlog import TO_SETTLE, State
from hecha.response.delegation import State as DelegationState
from hecha.response.delegation import Why
from hecha.verification.outcome import Outcome
from hecha.verification.subject import mask

Form = TypeVar("Form", bound=BaseModel)
Word = TypeVar("Word", bound=StrEnum)
Body = Mapping[str, Any]
TODAY_MAX = 200
NOTE_SECONDS = 2.0


class Desk:
    """Built once by the console; `verifier` is an entrance, `picture` gives the watch loop's latest picture.

    `spool` is a store of its own on the local disk: it takes registrations while `store` (PostgreSQL) is away, and the
    runner brings them home."""

    def __init__(
        self,
        store: Store,
        network: Network,
        verifier: Verifier,
        picture: Callable[[], Picture],
        clock: Clock = system_clock,
        spool: Store | None = None,
        terms: Terms | None = None,
    ) -> None:
        vault = Vault(store.keys)
        self.office = Office(store, network, clock, verifier, picture, vault, spool, terms=terms or Terms())

    async def verify(self, principal: Principal, body: Body, key: str = "") -> dict[str, Any]:
        """One verification through the chain. `card` says what may be done next; an outage is no error."""
        office, form = self.office, _form(VerificationForm, body)
        Sight(office.network, principal).require(Right.VERIFY)
        outlet = outlet_of(office.network, principal, form.outlet)
        key = key or new_key()
        check_key(key)
        office.live.note(office.clock())
        asked = form.model_dump() | {"outlet": outlet}
        if not form.mode:
            del asked["mode"]
        answer = await office.verifier.verify_body(asked, self._key_above(principal, key))
        await self._note(principal, outlet, form, answer)
        authority = form.subject.card_authority
        card = await asyncio.to_thread(office.card, outlet, answer.outcome, answer.mode, authority)
        return _answer(answer) | {"outlet": outlet, "card": card}

    def verification_slip(self, principal: Principal, body: Body, answer: Body) -> dict[str, Any]:
        """The slip of a verification just done, from what was asked and answered (nothing of it is stored)."""
        form = _form(VerificationForm, body)
        outlet = outlet_of(self.office.network, principal, form.outlet)
        who = {"name": form.subject.name, "number": mask(form.subject.number), "business": form.business.type}
        said = {name: answer.get(name) for name in ("id", "outcome", "mode", "at", "issuing_authority")}
        return slip(
            self.office.network, outlet=outlet, fields=who | {"reference": form.business.reference}, answer=said
        )

    def card(self, principal: Principal, *, outcome: str, mode: str = "", card_authority: str = "") -> Any:
        """The card again, e.g. after the clerk has chosen the issuing authority. `None` where nothing is left."""
        outlet = outlet_of(self.office.network, principal, "")
        return self.office.card(outlet, _one_of(Outcome, outcome, "outcome"), mode, card_authority)

    # the deferred register

    async def register(self, principal: Principal, body: Body, key: str) -> dict[str, Any]:
        """Register a business for back-verification. Answered after COMMIT; the same key gives the same entry."""
        return await desk_register.register_business(self.office, principal, _form(RegistrationForm, body), key)

    async def entry(self, principal: Principal, id: str) -> dict[str, Any]:
        """One entry; for the own institution with name and masked number (its opening is a fact)."""
        return await desk_register.entry_of(self.office, principal, id)

    async def slip(self, principal: Principal, id: str) -> dict[str, Any]:
        """The result slip of an entry for the voucher."""
        return await desk_register.slip_of(self.office, principal, id)

    async def settle(self, principal: Principal, id: str, how: str, key: str) -> dict[str, Any]:
        """Close an entry that differs or could not be verified; `how` is one of `backlog.Settlement`."""
        return await desk_register.settle(self.office, principal, id, _form(SettlementForm, {"how": how}), key)

    async def unreached(self, principal: Principal, id: str, key: str) -> dict[str, Any]:
        """The customer of an entry was called in vain: it is due again after the plan's time."""
        return await desk_settling.unreached(self.office, principal, id, key)

    async def certify(self, principal: Principal, id: str, key: str) -> dict[str, Any]:
        """Issue the certificate of an entry's result for the police (联网核查结果证明)."""
        return await desk_settling.certify(self.office, principal, id, key)

    async def certificate(self, principal: Principal, id: str) -> dict[str, Any]:
        """What the certificate says, with name and whole number (its opening is a fact)."""
        return await desk_settling.certificate_of(self.office, principal, id)

    def registrations(
        self, principal: Principal, *, state: str = "", cursor: str = "", limit: int = 50
    ) -> dict[str, Any]:
        """A page of the register: {"items": […], "next": cursor or None}."""
        states = (_one_of(State, state, "state"),) if state else ()
        return desk_register.page(self.office, principal, states=states, cursor=cursor, limit=limit)

    def to_check(self, principal: Principal, *, cursor: str = "", limit: int = 50) -> dict[str, Any]:
        """The branch's list: results that differ or could not be had, each with its next step."""
        return desk_register.page(self.office, principal, states=TO_SETTLE, cursor=cursor, limit=limit)

    def backlog(self, principal: Principal) -> dict[str, int]:
        """How many entries are in each state."""
        query = select(entries.c.state, func.count()).where(seen_entries(self.office.network, principal))
        with self.office.store.read() as connection:
            found: dict[str, int] = dict(connection.execute(query.group_by(entries.c.state)).all())
        return {state.value: found.get(state.value, 0) for state in State}

    def today(self, principal: Principal) -> dict[str, Any]:
        """Today's list of a counter: verifications (no citizen in them), entries, delegations."""
        midnight = self.office.clock().astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            "verifications": self._checks(principal, midnight),
            "registrations": desk_register.since(self.office, principal, midnight),
            "delegations": desk_delegate.page(self.office, principal)["items"],
            "backlog": self.backlog(principal),
        }

    # delegation

    async def delegate(self, principal: Principal, body: Body, key: str) -> dict[str, Any]:
        """Ask another unit to verify for an outlet of ours."""
        return await desk_delegate.ask(self.office, principal, _form(DelegationForm, body), key)

    async def accept(self, principal: Principal, id: str, key: str) -> dict[str, Any]:
        """The delegate accepts."""
        return await desk_delegate.reply(self.office, principal, id, ReplyForm(accept=True), key)

    async def refuse(self, principal: Principal, id: str, why: str, key: str) -> dict[str, Any]:
        """The delegate does not accept; `why` is one of `delegation.Why`."""
        form = _form(ReplyForm, {"accept": False, "why": why or Why.CANNOT_VERIFY.value})
        return await desk_delegate.reply(self.office, principal, id, form, key)

    async def withdraw(self, principal: Principal, id: str, key: str) -> dict[str, Any]:
        """Who asked takes it back."""
        return await desk_delegate.withdraw(self.office, principal, id, key)

    async def perform(self, principal: Principal, id: str, key: str, outcome: str = "") -> dict[str, Any]:
        """The delegate verifies (or, without an outlet of its own, enters the outcome)."""
        return await desk_delegate.perform(self.office, principal, id, key, outcome)

    async def delegation(self, principal: Principal, id: str) -> dict[str, Any]:
        """One delegation with name and masked number (a fact)."""
        return await desk_delegate.opened(self.office, principal, id)

    def delegations(
        self, principal: Principal, *, cursor: str = "", limit: int = 50, state: DelegationState | None = None
    ) -> dict[str, Any]:
        """A page of delegations of both directions, of one state if asked."""
        return desk_delegate.page(self.office, principal, cursor=cursor, limit=limit, state=state)

    async def agree(self, principal: Principal, body: Body) -> dict[str, Any]:
        """Enter an agreed delegate with its telephone."""
        return await desk_delegate.agree(self.office, principal, _form(AgreementForm, body))

    # batches

    async def batch(self, principal: Principal, filename: str, content: bytes, body: Body, key: str) -> dict[str, Any]:
        """Take a file of up to 10,000 rows; bad rows are named, good ones verified from then on."""
        return await desk_batch.submit(self.office, principal, filename, content, _form(BatchForm, body), key)

    def batch_progress(self, principal: Principal, id: str) -> dict[str, Any]:
        """How far a batch is."""
        return desk_batch.progress(self.office, principal, id)

    async def batch_results(self, principal: Principal, id: str) -> str:
        """The result file as CSV text."""
        return await desk_batch.results(self.office, principal, id)

    def batches(self, principal: Principal, *, cursor: str = "", limit: int = 50) -> dict[str, Any]:
        """A page of batches."""
        return desk_batch.page(self.office, principal, cursor=cursor, limit=limit)

    def _key_above(self, principal: Principal, key: str) -> str:
        """The console speaks to the entrance with one token for all, so it tells the institutions' keys apart."""
        scoped = f"{institution_of(self.office.network, principal)}:{key}"
        return self.office.vault.fingerprint(scoped.encode()).hex()

    async def _note(self, principal: Principal, outlet: str, form: VerificationForm, answer: Answer) -> None:
        """Note that a verification was done, without the citizen; the entrance's journal is the record of it."""
        row = {"id": answer.id or new_key(), "institution": institution_of(self.office.network, principal)}
        row |= {"outlet": outlet, "by": principal.account, "outcome": answer.outcome.value, "mode": answer.mode}
        values: dict[str, Any] = row | {"business": form.business.type, "at": self.office.clock()}

        def note(tx: Any) -> None:
            known = select(checks.c.id).where(checks.c.id == values["id"])
            if tx.connection.execute(known).first() is None:
                tx.connection.execute(insert(checks), values)

        try:
            await asyncio.wait_for(self.office.store.write(note), NOTE_SECONDS)
        except (HechaError, TimeoutError):
            return  # the answer is the entrance's and is journalled there; today's list is a convenience

    def _checks(self, principal: Principal, midnight: datetime) -> list[dict[str, Any]]:
        own = checks.c.institution == institution_of(self.office.network, principal)
        own &= own_outlets(self.office.network, principal, checks.c.outlet)
        query = select(checks).where(own, checks.c.at >= midnight).order_by(checks.c.at.desc()).limit(TODAY_MAX)
        with self.office.store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [dict(row) | {"at": row["at"].astimezone(SHANGHAI).isoformat(timespec="seconds")} for row in rows]


def forget_checks(tx: Any, now: datetime) -> None:
    """Today's list is kept for a week."""
    tx.connection.execute(checks.delete().where(checks.c.at < now - timedelta(days=7)))


def _form(kind: type[Form], body: Body) -> Form:
    """The body in its form. Raises BadInput naming the field, never its value."""
    try:
        return kind.model_validate(dict(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadInput(where, f"格式不符 ({first['type']})", "请对照接口说明 /api/openapi.json") from None


def _one_of(kind: type[Word], text: str, where: str) -> Word:
    """A word of a closed list. Raises BadInput with the list."""
    try:
        return kind(text)
    except ValueError:
        raise BadInput(where, "不在规定的取值之内 (not one of the known words)", ", ".join(kind)) from None


def _answer(answer: Answer) -> dict[str, Any]:
    path = [{"hop": step.hop, "ms": step.ms, "result": step.result} for step in answer.path]
    said = {"id": answer.id, "outcome": answer.outcome.value, "mode": answer.mode, "path": path, "at": answer.at}
    return said | {"photo": answer.photo or None, "issuing_authority": answer.issuing_authority or None}
