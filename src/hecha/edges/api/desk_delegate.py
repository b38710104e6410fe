"""The desk's part for delegation: ask, answer, perform; both sides see it."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select

from hecha.edges.api.asks import AgreementForm, DelegationForm, ReplyForm
from hecha.edges.api.office import PAGE_MAX, SHANGHAI, Office, check_key, new_id, page_of
from hecha.edges.api.place import institution_of, outlet_of, seen_delegations, units_of
from hecha.edges.store.lives import requests
from hecha.edges.store.tables import agreements, delegations
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import BadInput, NotThere, Refused
from hecha.kernel.facts import Fact
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Right, Sight
from hecha.response.delegation import CLAUSE, Accept, Ask, Delegation, Perform, Refuse, State, Withdraw
from hecha.verification.outcome import ANSWERED, Outcome
from hecha.verification.subject import check_name, check_number, mask


async def ask(office: Office, principal: Principal, form: DelegationForm, key: str) -> dict[str, Any]:
    """Ask another unit to verify for an outlet of ours."""
    Sight(office.network, principal).require(Right.VERIFY)
    outlet = outlet_of(office.network, principal, form.outlet)
    require_unit(office.network, form.delegate)
    now, institution = office.clock(), institution_of(office.network, principal)
    fields = form.subject.model_dump() | {"reference": form.business.reference}
    fields |= {"name": check_name(form.subject.name), "number": check_number(form.subject.number)}

    def act(tx: Tx) -> dict[str, Any]:
        token = office.vault.seal(tx, institution, now, fields)
        id = new_id("W", now)
        command = Ask(id, institution, outlet, form.delegate, token, form.business.type, now, principal.account)
        after, _ = requests.do(tx, id, command)
        assert after is not None
        return shown(after) | {"durable": "local"}

    return await office.once(principal, key, "delegations", form.model_dump(mode="json"), act)


async def reply(office: Office, principal: Principal, id: str, form: ReplyForm, key: str) -> dict[str, Any]:
    """The delegate accepts, or refuses with a reason."""
    Sight(office.network, principal).require(Right.ACCEPT)
    _require_delegate(office.network, principal, find(office, principal, id))
    now = office.clock()
    accept = Accept(now, principal.account)
    command = accept if form.accept else Refuse(form.why, now, principal.account)
    return await _do(office, principal, id, command, key, "reply", form.model_dump(mode="json"))


async def withdraw(office: Office, principal: Principal, id: str, key: str) -> dict[str, Any]:
    """Who asked takes it back."""
    Sight(office.network, principal).require(Right.VERIFY)
    if find(office, principal, id).institution != institution_of(office.network, principal):
        raise Refused(CLAUSE, "只有委托方可以撤回委托", "请由委托方撤回")
    return await _do(office, principal, id, Withdraw(office.clock(), principal.account), key, "withdrawal", {})


async def opened(office: Office, principal: Principal, id: str) -> dict[str, Any]:
    """The delegation with the citizen, for who asked and, once accepted, for the delegate. A fact.

    The number is masked, but for a delegate that must enter it into a system of its own, while it has accepted."""
    found = find(office, principal, id)
    whole = _enters_by_hand(office.network, principal, found)
    fields = await _open(office, principal, found, "performance" if whole else "delegation")
    number = fields["number"] if whole else mask(fields["number"])
    subject = {"name": fields["name"], "number": number, "card_authority": fields["card_authority"]}
    return shown(found) | {"subject": subject, "reference": fields["reference"]}


async def perform(office: Office, principal: Principal, id: str, key: str, outcome: str = "") -> dict[str, Any]:
    """The delegate verifies through its own outlet; a branch without an outlet enters what its own system said.

    The answer holds the delegation and, when it was verified here, the entrance's answer."""
    Sight(office.network, principal).require(Right.ACCEPT)
    check_key(key)
    found = find(office, principal, id)
    _require_delegate(office.network, principal, found)
    if found.state is not State.ACCEPTED:  # a resend gets its answer, for the rest the decider says what is wrong
        return await _perform(office, principal, found, Outcome.UNAVAILABLE, key, outcome)
    if outcome or principal.outlet is None:
        return await _perform(office, principal, found, _entered(outcome), key, outcome)
    fields = await _open(office, principal, found, "delegation")
    subject = {name: fields[name] for name in ("name", "number", "card_authority")}
    business = {"type": found.business, "reference": fields["reference"]}
    office.live.note(office.clock())
    body = {"subject": subject, "business": business, "outlet": principal.outlet}
    answer = await office.verifier.verify_body(body, f"{id}/{key}"[:128])
    said = {"answer": {"outcome": answer.outcome.value, "photo": answer.photo, "at": answer.at}}
    if answer.outcome is Outcome.UNAVAILABLE:
        return shown(found) | said  # no result: nothing is kept under the key, which may try again
    return await _perform(office, principal, found, answer.outcome, key, outcome) | said


def page(
    office: Office, principal: Principal, *, cursor: str = "", limit: int = 50, state: State | None = None
) -> dict[str, Any]:
    """A page of delegations of both directions, newest first, without citizens; of one state, if asked."""
    limit = max(1, min(limit, PAGE_MAX))
    query = select(delegations).where(seen_delegations(office.network, principal)).order_by(delegations.c.id.desc())
    if state is not None:
        query = query.where(delegations.c.state == state)
    if cursor:
        query = query.where(delegations.c.id < cursor)
    with office.store.read() as connection:
        rows = connection.execute(query.limit(limit + 1)).mappings().all()
    return page_of([shown(Delegation(**row)) for row in rows], limit)


def find(office: Office, principal: Principal, id: str) -> Delegation:
    """The delegation, if they are one of its sides. Raises NotThere."""
    query = select(delegations).where(delegations.c.id == id, seen_delegations(office.network, principal))
    with office.store.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise NotThere("没有这项委托，或不在您的权限之内 (no such delegation, or not yours)")
    return Delegation(**{**row, "state": State(row["state"])})


async def agree(office: Office, principal: Principal, form: AgreementForm) -> dict[str, Any]:
    """Enter an agreed delegate of the own bank (委托约定); a fact."""
    Sight(office.network, principal).require(Right.AGREE)
    require_unit(office.network, form.delegate)
    now, institution = office.clock(), institution_of(office.network, principal)
    row = form.model_dump() | {"institution": institution, "agreed_at": now, "agreed_by": principal.account}
    data = {"delegate": form.delegate, "rank": form.rank, "telephone": bool(form.telephone)}

    def act(tx: Tx) -> dict[str, Any]:
        same = (agreements.c.institution == institution) & (agreements.c.delegate == form.delegate)
        tx.connection.execute(delete(agreements).where(same))
        tx.connection.execute(insert(agreements), row)
        tx.record(Fact("delegation:agreement:made", institution, now, principal.account, clause=CLAUSE, data=data))
        return form.model_dump() | {"institution": institution}

    return await office.store.write(act)


def require_unit(network: Network, unit: str) -> None:
    """Raises BadInput for a unit that does not exist."""
    kind, _, key = unit.partition("/")
    known: dict[str, Collection[str]] = {"outlet": network.outlets, "bank": network.banks, "pbc": network.areas}
    if unit != "head_office" and key not in known.get(kind, ()):
        raise BadInput("delegate", "没有这个机构 (no such unit)", "outlet/<网点号>, bank/<行号>, pbc/<地区代码>")


def shown(one: Delegation) -> dict[str, Any]:
    """A delegation as JSON, without the citizen."""
    row = asdict(one)
    del row["token"]
    for name in ("asked_at", "answered_at", "performed_at"):
        row[name] = row[name] and row[name].astimezone(SHANGHAI).isoformat(timespec="seconds")
    return row


def _require_delegate(network: Network, principal: Principal, found: Delegation) -> None:
    if found.delegate not in units_of(network, principal):
        raise Refused(CLAUSE, "这项委托不是给本机构的", "请由受托机构办理")


def _enters_by_hand(network: Network, principal: Principal, found: Delegation) -> bool:
    """Whether this person has accepted and, without an outlet here, verifies in a system of its own."""
    if principal.outlet is not None or found.state is not State.ACCEPTED:
        return False
    return found.delegate in units_of(network, principal) and Sight(network, principal).may(Right.ACCEPT)


def _entered(outcome: str) -> Outcome:
    if outcome not in {one.value for one in ANSWERED}:
        raise BadInput("outcome", "请填核查结果 (which outcome?)", ", ".join(sorted(one.value for one in ANSWERED)))
    return Outcome(outcome)


async def _perform(
    office: Office, principal: Principal, found: Delegation, outcome: Outcome, key: str, asked: str
) -> dict[str, Any]:
    """`asked` is what the request said; that, not what came out, tells a resend from another payload."""
    command = Perform(outcome, office.clock(), principal.account)
    return await _do(office, principal, found.id, command, key, "performance", {"outcome": asked})


async def _do(
    office: Office,
    principal: Principal,
    id: str,
    command: Accept | Refuse | Withdraw | Perform,
    key: str,
    route: str,
    payload: dict[str, Any],
) -> dict[str, Any]:
    def act(tx: Tx) -> dict[str, Any]:
        after, _ = requests.do(tx, id, command)
        assert after is not None
        return shown(after)

    return await office.once(principal, key, f"{route}:{id}", payload, act)


async def _open(office: Office, principal: Principal, found: Delegation, purpose: str) -> dict[str, Any]:
    asked_by_us = found.institution == institution_of(office.network, principal)
    if not asked_by_us and found.state not in (State.ACCEPTED, State.PERFORMED):
        raise Refused(CLAUSE, "接受委托后才能查看客户信息", "请先接受委托")
    now = office.clock()
    return await office.store.write(lambda tx: office.vault.open(tx, found.token, purpose, principal.account, now))
