"""The life of an order (4.3): what a command leads to, and what a fact makes of it.

Receipts only grow; who has acknowledged stays acknowledged. A command that changes nothing gives no facts.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from hecha.command.addressees import Addressee
from hecha.command.effect import unfit
from hecha.command.order import (
    Adjust,
    Clocks,
    Command,
    Draft,
    Drop,
    End,
    Extend,
    Kind,
    Measure,
    Order,
    Pass,
    Phase,
    Problem,
    Progress,
    Publish,
    Receipt,
    Receive,
    Redraft,
    Summarise,
    Supersede,
    Undo,
    Undone,
    Word,
)
from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.said import NAME_CHARACTERS_MAX, NUMBER_CHARACTERS_MAX, perhaps, said

PREFIX = "command:order:"
ORDER_CHARACTERS_MAX = 6000
CHASES_MAX = 96  # a day of quarters of an hour; later ones are hourly
HOWS = ("system", "telephone")
OFFICE = "office"


def decide(command: Command, state: Order | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused, BadInput and Conflict; an order that cannot take effect is a fact."""
    if isinstance(command, Draft):
        return () if state is not None else (_drafted(command),)
    if state is None:
        raise Conflict("没有这道命令 no such order")
    match command:
        case Redraft(at, by, text):
            _require(state, Phase.DRAFTED)
            data = {"text": said("text", text, ORDER_CHARACTERS_MAX)}
            return () if data["text"] == state.text else (_fact("redrafted", state, at, by, data),)
        case Drop(at, by, reason):
            if state.phase is Phase.DROPPED:
                return ()
            _require(state, Phase.DRAFTED)
            return (_fact("dropped", state, at, by, {"reason": said("reason", reason)}),)
        case Publish():
            return _published(command, state)
        case Supersede(at, order):
            return (_fact("superseded", state, at, data={"order": order}),) if state.is_in_force else ()
        case End(at, order):
            return (_fact("ended", state, at, data={"order": order}),) if state.is_in_force else ()
        case Extend():
            return _extended(command, state)
        case Pass(at):
            return _chased(at, state)
    return _carried_out(command, state)


def _carried_out(command: Command, state: Order) -> tuple[Fact, ...]:
    """What addressees, departments and the office do with an order that is published."""
    match command:
        case Receive():
            return _received(command, state)
        case Progress(at, by, key, text):
            return (_word("progressed", state, at, by, _own(state, key), text),)
        case Problem(at, by, key, text, suggestion):
            return (_word("problem", state, at, by, _own(state, key), text, suggestion),)
        case Adjust(at, by, post, text):
            _require(state, Phase.PUBLISHED)
            return (_word("adjusted", state, at, by, Addressee(state.unit, state.clause, "", post), text),)
        case Summarise(at, by, text):
            _require(state, Phase.PUBLISHED)
            return (_word("summarised", state, at, by, Addressee(state.unit, state.clause, "", OFFICE), text),)
        case Undone(at, by, key, what):
            return _undone(at, by, key, what, state)
    raise AssertionError(command)


def evolve(state: Order | None, fact: Fact) -> Order:
    """What a fact makes of the order."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action == "drafted":
        return _new(fact)
    assert state is not None
    match action:
        case "redrafted":
            return replace(state, text=data["text"])
        case "published":
            return _in_effect(state, fact)
        case "extended":
            added = tuple(Addressee(**one) for one in data["addressees"])
            areas, banks = tuple(data["areas"]), tuple(data["banks"])
            return replace(state, areas=areas, banks=banks, addressees=(*state.addressees, *added))
        case "received":
            one = Receipt(fact.at, fact.by, data["name"], data["how"], data["number"], data["read_back"])
            return replace(state, receipts={**state.receipts, data["key"]: one})
        case "progressed" | "problem" | "adjusted" | "summarised":
            return _said(state, action, fact)
        case "chased":
            escalated = state.escalated or data["escalated"]
            return replace(state, chased=data["round"], last_chased=fact.at, escalated=escalated)
        case "undone":
            undo = tuple(
                replace(one, done=fact.at, by=fact.by) if (one.key, one.what) == (data["key"], data["what"]) else one
                for one in state.undo
            )
            return replace(state, undo=undo)
        case "settled":
            return replace(state, phase=Phase.SETTLED, closed=fact.at)
        case "superseded" | "ended":
            return replace(state, phase=Phase(action), replaced_by=data["order"], closed=fact.at)
        case _:
            return replace(state, phase=Phase(action), refused=data.get("why", ""), closed=fact.at)


def _drafted(command: Draft) -> Fact:
    data = {name: value for name, value in asdict(command).items() if name not in ("id", "at", "by", "clocks")}
    seconds = {name: int(value.total_seconds()) for name, value in asdict(command.clocks).items()}
    data |= {"text": said("text", command.text, ORDER_CHARACTERS_MAX), "clocks": seconds}
    return Fact(
        PREFIX + "drafted",
        command.id,
        command.at,
        command.by,
        command.unit,
        "2.1.2.2(4)",
        data | {"clause": command.clause},
    )


def _new(fact: Fact) -> Order:
    data = dict(fact.data)
    clocks = Clocks(**{name: timedelta(seconds=value) for name, value in data.pop("clocks").items()})
    measures = tuple(
        Measure(**{**one, "use": tuple(one["use"]), "cities": tuple(one["cities"])}) for one in data.pop("measures")
    )
    lists = {name: tuple(data.pop(name)) for name in ("areas", "banks")}
    return Order(
        **data | {"kind": Kind(data["kind"])} | lists,
        id=fact.subject,
        measures=measures,
        clocks=clocks,
        drafted=fact.at,
        drafted_by=fact.by,
        publish_due=fact.at + clocks.publish_within,
    )


def _published(command: Publish, state: Order) -> tuple[Fact, ...]:
    """Takes effect, or is refused with the reason; either is on record."""
    if state.phase is Phase.PUBLISHED:
        return ()
    _require(state, Phase.DRAFTED)
    why = unfit(state, command.now)
    if why:
        return (_fact("refused", state, command.at, command.by, {"why": why, "name": command.name}),)
    in_force = command.now.in_force
    data = {
        "number": said("number", command.number, NUMBER_CHARACTERS_MAX),
        "name": command.name,
        "supersedes": in_force.id if in_force is not None else "",
        "addressees": [asdict(one) for one in command.addressees],
        "undo": [{"key": one.key, "what": one.what} for one in command.undo],
    }
    return (_fact("published", state, command.at, command.by, data),)


def _in_effect(state: Order, fact: Fact) -> Order:
    data = fact.data
    return replace(
        state,
        phase=Phase.PUBLISHED,
        number=data["number"],
        published=fact.at,
        published_by=data["name"],
        supersedes=data["supersedes"],
        addressees=tuple(Addressee(**one) for one in data["addressees"]),
        undo=tuple(Undo(one["key"], one["what"]) for one in data["undo"]),
    )


def _extended(command: Extend, state: Order) -> tuple[Fact, ...]:
    """More areas, banks and addressees; nobody is taken off while the order is in force."""
    if not state.is_in_force:
        return ()
    areas, banks = _joined(state.areas, command.areas), _joined(state.banks, command.banks)
    fresh = [one for one in command.addressees if state.addressee(one.key) is None]
    if (areas, banks) == (state.areas, state.banks) and not fresh:
        return ()
    data = {"areas": areas, "banks": banks, "addressees": [asdict(one) for one in fresh]}
    return (_fact("extended", state, command.at, data=data),)


def _joined(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """An empty list means all, so it stays all."""
    return tuple(dict.fromkeys((*known, *more))) if known and more else ()


def _received(command: Receive, state: Order) -> tuple[Fact, ...]:
    if command.key in state.receipts:
        return ()
    _own(state, command.key)
    if command.how not in HOWS:
        raise Refused(
            state.clause, "没有写明如何签收 how it was acknowledged is not said", "系统或电话 system or telephone"
        )
    by_telephone = command.how == "telephone"
    data = {
        "key": command.key,
        "name": said("name", command.name, NAME_CHARACTERS_MAX),
        "how": command.how,
        "number": said("number", command.number, NUMBER_CHARACTERS_MAX) if by_telephone else "",
        "read_back": said("read_back", command.read_back) if by_telephone else "",
    }
    received = _fact("received", state, command.at, command.by, data)
    return (received, *_settled(evolve(state, received), command.at))


def _undone(at: datetime, by: str, key: str, what: str, state: Order) -> tuple[Fact, ...]:
    mine = next((one for one in state.undo if (one.key, one.what) == (key, what)), None)
    if mine is None:
        raise Refused(state.clause, "命令没有要求撤这一项 the order asks for no such undoing", "请看命令 see the order")
    if mine.done is not None:
        return ()
    undone = _fact("undone", state, at, by, {"key": key, "what": what})
    return (undone, *_settled(evolve(state, undone), at))


def _settled(state: Order, at: datetime) -> tuple[Fact, ...]:
    """An end order is settled once all have acknowledged and everything temporary is undone."""
    done = state.kind is Kind.END and state.is_live and not state.waiting and all(one.done for one in state.undo)
    return (_fact("settled", state, at),) if done else ()


def _chased(at: datetime, state: Order) -> tuple[Fact, ...]:
    """Those who have not acknowledged are reminded by the clock; after a while their superiors are told."""
    due = next_at(state)
    if due is None or at < due or state.published is None:
        return ()
    data = {
        "round": state.chased + 1,
        "waiting": [one.key for one in state.waiting],
        "escalated": at >= state.published + state.clocks.escalate_after,
    }
    return (_fact("chased", state, at, data=data),)


def next_at(state: Order) -> datetime | None:
    """When it will be chased next: first when the receipt is due, then in turns."""
    if not state.is_live or not state.waiting or state.receipt_due is None:
        return None
    if state.last_chased is None:
        return state.receipt_due
    every = state.clocks.chase_every if state.chased < CHASES_MAX else timedelta(hours=1)
    return state.last_chased + every


def _own(state: Order, key: str) -> Addressee:
    """The addressee of an order that is published."""
    _require(state, Phase.PUBLISHED)
    found = state.addressee(key)
    if found is None:
        raise Refused(
            state.clause,
            "这道命令没有发给该单位 the order does not address it",
            "请看命令的受令单位 see its addressees",
        )
    return found


def _require(state: Order, phase: Phase) -> None:
    if state.phase is phase:
        return
    words = {
        Phase.DRAFTED: "命令已不是草稿 it is no draft any more",
        Phase.PUBLISHED: "命令不在执行中 it is not in force",
    }
    raise Refused(state.clause, words[phase], "请看命令的现状 see how it stands")


def _word(action: str, state: Order, at: datetime, by: str, one: Addressee, text: str, suggestion: str = "") -> Fact:
    data = {
        "unit": one.unit,
        "post": one.post,
        "text": said("text", text),
        "suggestion": perhaps("suggestion", suggestion),
    }
    return _fact(action, state, at, by, data)


def _said(state: Order, action: str, fact: Fact) -> Order:
    data = fact.data
    word = Word(fact.at, fact.by, data["unit"], data["post"], data["text"], data["suggestion"])
    if action == "progressed":
        return replace(state, progress=(*state.progress, word))
    if action == "problem":
        return replace(state, problems=(*state.problems, word))
    if action == "adjusted":
        return replace(state, adjustments=(*state.adjustments, word))
    return replace(state, summaries=(*state.summaries, word))


def _fact(action: str, state: Order, at: datetime, by: str = "system", data: Mapping[str, Any] | None = None) -> Fact:
    return Fact(PREFIX + action, state.id, at, by, state.group, state.clause, data or {})
