"""A run of a runbook as a story: each step has an owner, each end a proof, and the next step is somebody's duty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.facts import Fact
from hecha.response.run import (
    Abandon,
    Acted,
    Command,
    Finish,
    Phase,
    Run,
    RunStep,
    Start,
    StepDone,
    Write,
    decide,
    duties,
    evolve,
    notices,
)

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
TECHNOLOGY, OFFICE = ("pbc/33", "technology"), ("pbc/33", "office")
STEPS = tuple(
    RunStep(*owner, zh, zh, "凭证", "proof", action)
    for owner, zh, action in [
        (TECHNOLOGY, "判断", ""),
        (TECHNOLOGY, "启动备机", "start_standby"),
        (OFFICE, "填报", "state_estimate"),
    ]
)
START = Start("N1", "E1", "pbc/33", "front-hardware", "5.2.2(1)", "front/a", "前置硬件故障", "Front", STEPS, NOON, "wu")


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def done(number: int, minutes: int = 5) -> StepDone:
    return StepDone(number, "看见了", later(minutes), "wu", "pbc/33")


def lived(*commands: Command) -> tuple[Run, list[Fact]]:
    run, facts = None, []
    for command in commands:
        for fact in decide(command, run):
            run = evolve(run, fact)
            facts.append(fact)
    assert run is not None
    return run, facts


def test_a_run_from_start_to_finish() -> None:
    run, _ = lived(START)
    assert [(one.what, one.unit, one.post, one.since) for one in duties(run)] == [("run.step", *TECHNOLOGY, NOON)]
    run, _ = lived(START, done(0, 5), done(1, 9))
    assert [(one.post, one.since) for one in duties(run)] == [("office", later(9))]
    run, _ = lived(START, done(0), done(1), done(2, 12))
    assert [one.what for one in duties(run)] == ["run.finish"]
    run, facts = lived(START, done(0), done(1), done(2), Finish(later(20), "wu", "pbc/33"))
    assert (run.phase, duties(run), run.closed) == (Phase.FINISHED, (), later(20))
    assert {fact.clause for fact in facts} == {"5.2.2(1)"}


def test_whoever_owns_a_step_is_told_once() -> None:
    run, facts = lived(START)
    assert [(one.unit, one.post) for one in notices(facts[0], run)] == [TECHNOLOGY, OFFICE]
    run, facts = lived(START, done(0))
    assert notices(facts[-1], run) == ()  # the same owner goes on
    run, facts = lived(START, done(0), done(1))
    assert [one.post for one in notices(facts[-1], run)] == ["office"]


def test_steps_may_be_done_in_another_order_and_only_once() -> None:
    run, _ = lived(START, done(1))
    assert run.next == 0
    assert decide(done(1), run) == ()


def test_unfinished_steps_need_a_reason() -> None:
    run, _ = lived(START, done(0))
    with pytest.raises(Refused, match="还有 2 步没有做"):
        decide(Finish(later(9), "wu", "pbc/33"), run)
    with pytest.raises(Refused):
        decide(Abandon("", later(9), "wu", "pbc/33"), run)
    run, _ = lived(START, done(0), Abandon("转用软件手册", later(9), "wu", "pbc/33"))
    assert (run.phase, run.reason) == (Phase.ABANDONED, "转用软件手册")
    with pytest.raises(Refused):
        decide(done(1), run)


def test_what_a_button_did_is_told_as_it_was_measured() -> None:
    acted = Acted("switch_front", "前置改用 front/b", "实测路径仍经 front/a", False, later(3), "wu", "pbc/33")
    run, _ = lived(START, acted)
    assert (run.notes[0].kind, run.notes[0].worked) == ("acted", False)
    assert run.next == 0  # a button proves nothing by itself: a person says what was seen


@pytest.mark.parametrize("text", ["", "   ", "客户 110101199003070011 已查", "长" * 401])
def test_what_may_not_stand_in_the_ledger(text: str) -> None:
    run, _ = lived(START)
    for command in (replace(done(0), proved=text), Write(text, later(1), "wu", "pbc/33")):
        with pytest.raises(BadInput):
            decide(command, run)


COMMANDS = st.lists(
    st.one_of(
        st.integers(-1, 3).map(lambda number: done(number)),
        st.just(Write("记一笔", later(1), "wu", "pbc/33")),
        st.just(Write("已打电话", later(1), "wu", "pbc/33", vendor="V1")),
        st.just(Finish(later(30), "wu", "pbc/33", "其余不需要")),
        st.just(Abandon("故障已除", later(30), "wu", "pbc/33")),
    ),
    max_size=12,
)


@given(COMMANDS)
def test_a_run_is_what_its_facts_say_and_can_be_kept(commands: list[Command]) -> None:
    run, _ = lived(START)
    for command in commands:
        try:
            found = decide(command, run)
        except (Refused, BadInput):
            continue
        for fact in found:
            run = evolve(run, fact)
        assert len(duties(run)) == (run.phase is Phase.RUNNING)
    assert msgspec.json.decode(msgspec.json.encode(run), type=Run) == run
