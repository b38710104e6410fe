"""Stories of a meeting: convened at once, late, held by telephone, experts asked, closed by the decision."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hecha.decision.meeting import (
    Advise,
    CallExperts,
    Close,
    Command,
    Convene,
    Hold,
    Meeting,
    Minute,
    Pass,
    Phase,
    Present,
    decide,
    duties,
    evolve,
    next_at,
    notices,
)
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.notices import Notice

MORNING = datetime(2026, 3, 12, 8, tzinfo=UTC)


@dataclass
class Room:
    at: datetime = MORNING
    state: Meeting | None = None
    told: list[Notice] = field(default_factory=list)

    def does(self, command: Command) -> list[str]:
        found = decide(command, self.state)
        for fact in found:
            self.state = evolve(self.state, fact)
            self.told.extend(notices(fact, self.state))
        return [fact.kind.rpartition(":")[2] for fact in found]

    def convened(self, *, experts: bool = False) -> "Room":
        due = self.at + timedelta(minutes=30)
        self.does(Convene("M1", "E1", "pbc/3303", "opened", 4, self.at, due, "pbc/33", experts))
        return self

    def held(self) -> "Room":
        people = (Present("张组长", "group/leader"), Present("李处长", "group/deputy", "telephone"))
        self.does(Hold(self.at, "office", self.at, "张组长", people))
        return self

    def owes(self) -> list[str]:
        assert self.state is not None
        return [duty.what for duty in duties(self.state)]


def test_the_group_is_called_at_once_and_the_level_above_when_it_does_not_meet() -> None:
    room = Room().convened()
    assert room.owes() == ["meeting.hold"]
    assert [(one.unit, one.what, one.urgent, one.wants_ack) for one in room.told] == [
        ("pbc/3303", "meeting.convened", True, True)
    ]
    assert room.state is not None
    assert next_at(room.state) == MORNING + timedelta(minutes=30)
    assert room.does(Pass(MORNING + timedelta(minutes=29))) == []
    assert room.does(Pass(MORNING + timedelta(minutes=30))) == ["overdue"]
    assert room.does(Pass(MORNING + timedelta(minutes=31))) == []
    assert [(one.unit, one.what) for one in room.told[1:]] == [("pbc/33", "meeting.overdue")]
    assert room.owes() == ["meeting.hold"]


def test_what_is_owed_until_it_has_decided() -> None:
    room = Room().convened(experts=True).held()
    assert room.owes() == ["meeting.decide", "meeting.experts", "meeting.minutes"]
    assert room.does(CallExperts(room.at, "office", ("赵专家", "钱专家"), "前置能否当日修复")) == ["experts_called"]
    assert room.does(Advise(room.at, "office", "赵专家", "主板损坏，须换备机")) == ["advised"]
    assert room.does(Minute(room.at, "office", "主板损坏", "全市网点", "先启用备机，一小时后再议")) == ["minuted"]
    assert room.owes() == ["meeting.decide"]
    assert room.does(Close(room.at, "system", "taken:start")) == ["closed"]
    assert room.owes() == []
    assert room.does(Close(room.at, "system", "taken:start")) == []


def test_people_who_join_later_are_added_once() -> None:
    room = Room().convened().held()
    late = (Present("张组长", "group/leader"), Present("孙科长", "office/member"))
    assert room.does(Hold(room.at, "office", room.at, "张组长", late)) == ["held"]
    assert room.does(Hold(room.at, "office", room.at, "张组长", late)) == []
    assert room.state is not None
    assert [one.name for one in room.state.present] == ["张组长", "李处长", "孙科长"]
    assert room.state.held == MORNING


def test_nothing_is_minuted_of_a_meeting_that_was_not_held() -> None:
    room = Room().convened()
    with pytest.raises(Refused, match="还没有开"):
        room.does(Minute(room.at, "office", "", "", "启动"))
    with pytest.raises(Refused, match="还没有开"):
        room.does(Close(room.at, "leader", "不开了"))
    assert room.does(Close(room.at, "system", "taken:start")) == ["closed"]  # a decision needs no minutes to count


def test_wrong_entries() -> None:
    room = Room().convened()
    with pytest.raises(Refused, match="到会的人"):
        room.does(Hold(room.at, "office", room.at, "张组长", ()))
    with pytest.raises(Refused, match="晚于现在"):
        room.does(Hold(room.at, "office", room.at + timedelta(minutes=1), "张组长", (Present("张组长"),)))
    with pytest.raises(BadInput, match="超过 60 字"):
        room.does(Hold(room.at, "office", room.at, "张" * 61, (Present("张组长"),)))
    room.held()
    with pytest.raises(BadInput, match="没有填写"):
        room.does(Minute(room.at, "office", "", "", " "))
    with pytest.raises(Refused, match="哪些专家"):
        room.does(CallExperts(room.at, "office", (), "怎么修"))
    room.does(Close(room.at, "leader", "已转省里"))
    with pytest.raises(Refused, match="已经结束"):
        room.does(Advise(room.at, "office", "赵专家", "晚了"))
    assert room.state is not None
    assert room.state.phase is Phase.CLOSED
