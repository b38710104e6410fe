"""What an order leaves somebody owing and whom it tells (4.3.1(1)-(6), and the like for city and county)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from hecha.command.addressees import Addressee
from hecha.command.order import Kind, Order, Phase
from hecha.command.ordering import PREFIX
from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice


def duties(state: Order) -> tuple[Duty, ...]:
    """To publish a draft; to acknowledge, report and sum up what is published; to undo what was temporary."""
    if state.phase is Phase.DRAFTED:
        return (_duty(state, "order.publish", state.unit, "settlement", state.drafted, state.publish_due),)
    if not state.is_live or state.published is None:
        return ()
    return (*_receipts(state), *_calls(state), *_reports(state), *_undoing(state))


def notices(fact: Fact, state: Order) -> tuple[Notice, ...]:
    """Each addressee is told of the order once; later ones of what was adjusted, superseded or ended."""
    action = fact.kind.removeprefix(PREFIX)
    if action in ("published", "extended"):
        return tuple(_told(state, fact, one, f"order.{state.kind.value}") for one in state.addressees)
    if action == "adjusted":
        return tuple(replace(_told(state, fact, one, "order.adjusted"), wants_ack=False) for one in state.addressees)
    if action == "chased":
        return tuple(_chasing(state, fact))
    if action in ("drafted", "refused", "problem", "summarised"):
        post = {"drafted": "settlement", "refused": "group", "problem": "office", "summarised": "group"}[action]
        key = f"order:{state.id}:{action}:{fact.at.isoformat()}"
        urgent = action in ("refused", "problem")
        return (_notice(key, state.unit, f"order.{action}", fact, state, post, urgent=urgent),)
    return ()


def _receipts(state: Order) -> Iterator[Duty]:
    for one in state.waiting:
        yield _duty(state, "order.receipt", one.unit, one.post, state.published, state.receipt_due, one.clause)


def _calls(state: Order) -> Iterator[Duty]:
    """Once somebody is late, the office calls the list (传达、督促)."""
    if state.waiting and state.chased:
        yield _duty(state, "order.call", state.unit, "office", state.last_chased)


def _reports(state: Order) -> Iterator[Duty]:
    """While it is in force: progress from those who acknowledged, a summary from the office."""
    if state.kind is not Kind.START or state.published is None:
        return
    for one in (each for each in state.addressees if each.reports):
        if receipt := state.receipts.get(one.key):
            said = [word.at for word in state.progress if (word.unit, word.post) == (one.unit, one.post)]
            since = max([receipt.at, *said])
            due = since + state.clocks.progress_every
            yield _duty(state, "order.progress", one.unit, one.post, since, due, one.clause)
    since = state.summaries[-1].at if state.summaries else state.published
    yield _duty(state, "order.summary", state.unit, "office", since, since + state.clocks.summary_every)


def _undoing(state: Order) -> Iterator[Duty]:
    for undo in (one for one in state.undo if one.done is None):
        addressee = state.addressee(undo.key)
        if addressee is not None and state.published is not None:
            due = state.published + state.clocks.undo_within
            duty = _duty(state, "order.undo", addressee.unit, addressee.post, state.published, due)
            yield replace(duty, id=f"{duty.id}:{undo.what}")


def _chasing(state: Order, fact: Fact) -> Iterator[Notice]:
    """The late ones again; after the plan's time also the level above them, once, and the issuing group."""
    for key in fact.data["waiting"]:
        one = state.addressee(key)
        if one is not None:
            yield _told(state, fact, one, f"order.{state.kind.value}")
    if fact.data["escalated"]:
        key = f"order:{state.id}:escalated"
        late = str(len(fact.data["waiting"]))
        notice = _notice(key, state.unit, "order.escalated", fact, state, "group", urgent=True)
        yield replace(notice, facts={**notice.facts, "late": late})


def _told(state: Order, fact: Fact, one: Addressee, what: str) -> Notice:
    """The same key for the same addressee: a reminder is the same message again."""
    suffix = f":{fact.at.isoformat()}" if what == "order.adjusted" else ""
    notice = _notice(f"order:{state.id}:{one.key}{suffix}", one.unit, what, fact, state, one.post, urgent=True)
    return replace(notice, wants_ack=True, clause=one.clause)


def _notice(key: str, unit: str, what: str, fact: Fact, state: Order, post: str, *, urgent: bool = False) -> Notice:
    words = {"level": state.level_zh, "number": state.number, "kind": state.kind.value}
    return Notice(key, unit, what, fact.clause, state.id, fact.at, post, state.incident, urgent, facts=words)


def _duty(
    state: Order,
    what: str,
    unit: str,
    post: str,
    since: datetime | None,
    due: datetime | None = None,
    clause: str = "",
) -> Duty:
    name = f"{state.id}:{what}:{unit}{'.' + post if post else ''}"
    begun = since or state.drafted
    return Duty(name, unit, what, clause or state.clause, state.id, begun, due, post, state.incident)
