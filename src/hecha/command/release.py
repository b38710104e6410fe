"""The release of information (信息发布, 2.1.2.1(5), 2.1.2.3(5)): drafted by the office, approved by the group,
published by the settlement department on its behalf. Level IV is the local group's, III the province's, above it head
office's.

    drafted ─ (redrafted) ─ approved ─ published          recorded (head office's, from outside) │ dropped
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.errors import Conflict, Refused
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.kernel.said import NAME_CHARACTERS_MAX, NUMBER_CHARACTERS_MAX, said
from hecha.organization.units import HEAD_OFFICE

PREFIX = "command:release:"
CHANNELS = ("outlets", "website", "press", "hotline", "government", "other")


class Phase(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    PUBLISHED = "published"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Authority:
    """Whose release it is at this moment: the unit of the group, and the clause that says so."""

    unit: str
    clause: str
    level_zh: str


@dataclass(frozen=True, slots=True)
class Release:
    """`unit` drafted it. `number`, `receiver`: of one that head office made and we received."""

    id: str
    incident: str
    unit: str
    title: str
    text: str
    channel: str
    at: datetime
    by: str
    clause: str
    phase: Phase = Phase.DRAFTED
    approver: str = ""
    approved: datetime | None = None
    publisher: str = ""
    published: datetime | None = None
    number: str = ""
    receiver: str = ""
    closed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    id: str
    incident: str
    unit: str
    title: str
    text: str
    channel: str
    at: datetime
    by: str
    clause: str


@dataclass(frozen=True, slots=True)
class Redraft:
    at: datetime
    by: str
    title: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True)
class Approve:
    """A member of the group approves; whose release it is was looked up at this moment."""

    at: datetime
    by: str
    name: str
    authority: Authority


@dataclass(frozen=True, slots=True)
class Publish:
    """The settlement department publishes it; the authority is looked at again."""

    at: datetime
    by: str
    name: str
    authority: Authority


@dataclass(frozen=True, slots=True)
class Record:
    """What head office has released: number, when, who received it."""

    id: str
    incident: str
    unit: str
    title: str
    text: str
    channel: str
    at: datetime
    by: str
    clause: str
    number: str
    receiver: str
    released: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    at: datetime
    by: str
    reason: str


Command = Draft | Redraft | Approve | Publish | Record | Drop


def decide(command: Command, state: Release | None) -> tuple[Fact, ...]:
    """The facts of a command. Raises Refused (whose release it is, four eyes), BadInput, Conflict."""
    match command:
        case Draft():
            return () if state is not None else (_born("drafted", command),)
        case Record():
            return () if state is not None else (_recorded(command),)
    if state is None:
        raise Conflict("没有这条信息 no such release")
    match command:
        case Redraft(at, by, title, text, channel):
            _require(state, Phase.DRAFTED)
            data = _content(title, text, channel)
            same = data == {"title": state.title, "text": state.text, "channel": state.channel}
            return () if same else (_fact("redrafted", state, at, by, data),)
        case Approve(at, by, name, authority):
            return _approved(at, by, name, authority, state)
        case Publish(at, by, name, authority):
            if state.phase is Phase.PUBLISHED:
                return ()
            _require(state, Phase.APPROVED)
            _require_authority(authority, state)
            return (_fact("published", state, at, by, {"name": name}, authority.clause),)
        case Drop(at, by, reason):
            if state.phase is Phase.PUBLISHED:
                raise Refused(
                    state.clause, "已经发布的不能撤下 what is out stays out", "另发一条更正 release a correction"
                )
            data = {"reason": said("reason", reason)}
            return () if state.phase is Phase.DROPPED else (_fact("dropped", state, at, by, data),)


def evolve(state: Release | None, fact: Fact) -> Release:
    """What a fact makes of the release."""
    action, data = fact.kind.removeprefix(PREFIX), fact.data
    if action in ("drafted", "recorded"):
        return _new(fact)
    assert state is not None
    match action:
        case "redrafted":
            return replace(state, title=data["title"], text=data["text"], channel=data["channel"])
        case "approved":
            return replace(state, phase=Phase.APPROVED, approver=data["name"], approved=fact.at, clause=fact.clause)
        case "published":
            return replace(state, phase=Phase.PUBLISHED, publisher=data["name"], published=fact.at, closed=fact.at)
        case _:
            return replace(state, phase=Phase.DROPPED, closed=fact.at)


def duties(state: Release) -> tuple[Duty, ...]:
    """A draft waits for the group, an approved one for the settlement department."""
    waits = {Phase.DRAFTED: ("release.approve", "group"), Phase.APPROVED: ("release.publish", "settlement")}
    if state.phase not in waits:
        return ()
    what, post = waits[state.phase]
    since = state.approved or state.at
    return (Duty(f"{state.id}:{what}", state.unit, what, state.clause, state.id, since, None, post, state.incident),)


def notices(fact: Fact, state: Release) -> tuple[Notice, ...]:
    action = fact.kind.removeprefix(PREFIX)
    posts = {"drafted": "group", "approved": "settlement", "published": "office", "recorded": "office"}
    if action not in posts:
        return ()
    key = f"release:{state.id}:{action}"
    what = f"release.{action}"
    return (Notice(key, state.unit, what, fact.clause, state.id, fact.at, posts[action], state.incident),)


def _approved(at: datetime, by: str, name: str, authority: Authority, state: Release) -> tuple[Fact, ...]:
    if state.phase in (Phase.APPROVED, Phase.PUBLISHED):
        return ()
    _require(state, Phase.DRAFTED)
    _require_authority(authority, state)
    if by == state.by:
        raise Refused(
            authority.clause, "起草人不能自己审签 who drafted it does not approve it", "请另一位成员审签 ask another"
        )
    return (_fact("approved", state, at, by, {"name": name}, authority.clause),)


def _require_authority(authority: Authority, state: Release) -> None:
    if authority.unit == state.unit:
        return
    outside = authority.unit == HEAD_OFFICE
    way_out = "请报总行，收到后登记总行发布的内容" if outside else "请把草稿报有权发布的小组"
    raise Refused(
        authority.clause,
        f"{authority.level_zh}事件的信息不由本级发布 the release is not this group's at the present grade",
        f"{way_out} send the draft upward",
    )


def _require(state: Release, phase: Phase) -> None:
    if state.phase is not phase:
        raise Refused(state.clause, "这条信息已不在这一步 it is not at this step", "请看它的现状 see how it stands")


def _content(title: str, text: str, channel: str) -> dict[str, Any]:
    if channel not in CHANNELS:
        raise Refused("2.1.2.1(5)", "没有写明发布渠道 no channel is given", "请选一个渠道 choose one")
    return {"title": said("title", title, 120), "text": said("text", text), "channel": channel}


def _born(action: str, command: Draft | Record, more: Mapping[str, Any] | None = None) -> Fact:
    data = _content(command.title, command.text, command.channel)
    data |= {"incident": command.incident, "unit": command.unit, **(more or {})}
    return Fact(PREFIX + action, command.id, command.at, command.by, command.unit, command.clause, data)


def _recorded(command: Record) -> Fact:
    if command.released > command.at:
        raise Refused(command.clause, "发布的时间晚于现在 it was released later than now", "请核对时间 check the time")
    more = {
        "number": said("number", command.number, NUMBER_CHARACTERS_MAX),
        "receiver": said("receiver", command.receiver, NAME_CHARACTERS_MAX),
        "released": command.released.isoformat(),
    }
    return _born("recorded", command, more)


def _new(fact: Fact) -> Release:
    data = fact.data
    release = Release(
        fact.subject,
        data["incident"],
        data["unit"],
        data["title"],
        data["text"],
        data["channel"],
        fact.at,
        fact.by,
        fact.clause,
    )
    if "number" not in data:
        return release
    released = datetime.fromisoformat(data["released"])
    return replace(
        release,
        phase=Phase.PUBLISHED,
        number=data["number"],
        receiver=data["receiver"],
        published=released,
        closed=fact.at,
    )


def _fact(action: str, state: Release, at: datetime, by: str, data: Mapping[str, Any], clause: str = "") -> Fact:
    return Fact(PREFIX + action, state.id, at, by, state.unit, clause or state.clause, data)
