"""Stories of a release: drafted, approved by whose it is at that moment, published on the group's behalf."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from hecha.command.release import (
    Approve,
    Authority,
    Command,
    Draft,
    Drop,
    Phase,
    Publish,
    Record,
    Redraft,
    Release,
    decide,
    duties,
    evolve,
)
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.facts import Fact

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
OURS = Authority("pbc/33", "2.1.2.1(5)", "较大")
HEAD = Authority("head_office", "4.2.1(1)", "重大")
TEXT = "我省部分网点联网核查业务暂受影响，银行业务照常办理。"


@dataclass
class Desk:
    state: Release | None = None
    facts: list[Fact] = field(default_factory=list)

    def does(self, command: Command) -> list[str]:
        found = decide(command, self.state)
        for fact in found:
            self.state = evolve(self.state, fact)
        self.facts.extend(found)
        return [fact.kind.rpartition(":")[2] for fact in found]

    def owes(self) -> list[tuple[str, str]]:
        assert self.state is not None
        return [(duty.what, duty.post) for duty in duties(self.state)]


def drafted() -> Desk:
    desk = Desk()
    desk.does(Draft("I1", "E1", "pbc/33", "关于联网核查的公告", TEXT, "website", AT, "office", "2.1.2.1(5)"))
    return desk


def test_draft_approver_channel_text() -> None:
    desk = drafted()
    assert desk.owes() == [("release.approve", "group")]
    with pytest.raises(Refused, match="不能自己审签"):
        desk.does(Approve(AT, "office", "起草人", OURS))
    with pytest.raises(Refused, match="不在这一步"):
        desk.does(Publish(AT, "settlement", "周处长", OURS))
    assert desk.does(Redraft(AT, "office", "关于联网核查的公告", TEXT, "outlets")) == ["redrafted"]
    assert desk.does(Approve(AT, "leader", "组长", OURS)) == ["approved"]
    assert desk.owes() == [("release.publish", "settlement")]
    with pytest.raises(Refused, match="不在这一步"):
        desk.does(Redraft(AT, "office", "改", "改", "outlets"))
    assert desk.does(Publish(AT, "settlement", "周处长", OURS)) == ["published"]
    assert desk.does(Publish(AT, "settlement", "周处长", OURS)) == []
    assert desk.owes() == []
    assert desk.state is not None
    assert (desk.state.channel, desk.state.approver, desk.state.publisher) == ("outlets", "组长", "周处长")
    with pytest.raises(Refused, match="不能撤下"):
        desk.does(Drop(AT, "office", "写错了"))


def test_whose_release_it_is_is_asked_at_each_step() -> None:
    desk = drafted()
    desk.does(Approve(AT, "leader", "组长", OURS))
    with pytest.raises(Refused, match="不由本级发布") as refused:
        desk.does(Publish(AT, "settlement", "周处长", HEAD))  # it has become 重大 in between
    assert "总行" in refused.value.way_out
    assert desk.state is not None
    assert desk.state.phase is Phase.APPROVED


def test_what_head_office_released_is_recorded() -> None:
    desk = Desk()
    record = Record(
        "I1", "E1", "pbc/33", "总行公告", TEXT, "press", AT, "office", "4.2.1(1)", "银发公告3号", "王值班", AT
    )
    assert desk.does(record) == ["recorded"]
    assert desk.owes() == []
    late = Record(
        "I2", "E1", "pbc/33", "总行公告", TEXT, "press", AT, "office", "4.2.1(1)", "3号", "王", AT + timedelta(1)
    )
    with pytest.raises(Refused, match="晚于现在"):
        decide(late, None)


@pytest.mark.parametrize("wrong", [("", TEXT, "website"), ("标题", " ", "website"), ("标题", TEXT, "pigeon")])
def test_wrong_drafts(wrong: tuple[str, str, str]) -> None:
    with pytest.raises((BadInput, Refused)):
        decide(Draft("I1", "E1", "pbc/33", *wrong, AT, "office", "2.1.2.1(5)"), None)
