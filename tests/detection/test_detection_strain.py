"""An alarm is not raised by the watch's own lateness, and a real outage is still seen through it."""

from pathlib import Path

import pytest

from hecha.flow.diagnose import Chain
from hecha.flow.picture import State
from hecha.flow.strain import HOLD_S, LATE_MS, Strain
from hecha.flow.track import Limits, Track
from hecha.kernel.ids import Mode
from tests.detection.test_detection_tables import Step
from tests.detection.town import Town, opened, small_province

FRONTS = ("front/a", "front/b")


def lost(town: Town) -> set[str]:
    return {one.id for one in town.loop.picture.components.values() if one.state is State.DOWN}


async def test_time_outs_on_a_late_machine_raise_no_alarm(tmp_path: Path) -> None:
    """Late by half a second in each turn, the chain seems dead; nothing is said to be lost, and nothing to be well."""
    async with opened(tmp_path) as town:
        town.chain.late_s = 0.5
        town.chain.frozen = {*FRONTS, "hq-interconnect"}
        await town.passes(seconds=30, turn_s=1)
        assert lost(town) == set()
        assert town.component("front/a").state is State.UNKNOWN
        assert town.loop.picture.faults == ()
        town.chain.late_s, town.chain.frozen = 0.0, set()
        await town.passes(seconds=15, turn_s=1)
        assert {town.component(front).state for front in FRONTS} == {State.UP}
        assert town.facts("watch:warning:raised") == []


async def test_now_and_then_a_late_turn_with_time_outs(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        for turn in range(120):
            late = turn % 3 != 0
            town.chain.late_s = 0.5 if late else 0.0
            town.chain.frozen = set(FRONTS) if late else set()
            await town.passes(seconds=1, turn_s=1)
            assert lost(town) == set()


async def test_a_refusal_is_a_refusal_on_a_late_machine_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.late_s = 0.5
        await town.passes(seconds=10, turn_s=1)
        town.breaks(*FRONTS)
        await town.passes(seconds=5, turn_s=1)
        assert lost(town) == set(FRONTS)


async def test_what_stays_silent_is_lost_in_the_end(tmp_path: Path) -> None:
    """Lateness hides a frozen front for three quarters of a minute, not for ever."""
    async with opened(tmp_path) as town:
        town.chain.late_s = 0.5
        town.chain.frozen = {"front/a"}
        await town.passes(seconds=40, turn_s=1)
        assert lost(town) == set()
        await town.passes(seconds=8, turn_s=1)
        assert lost(town) == {"front/a"}


async def test_a_frozen_front_is_lost_at_once_when_nothing_else_is_late(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.frozen = set(FRONTS)
        await town.passes(seconds=5, turn_s=1)
        assert lost(town) == set(FRONTS)


async def test_one_late_turn_does_not_blind_the_next_ones(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.late_s = 0.5
        await town.passes(seconds=1, turn_s=1)
        town.chain.late_s = 0.0
        await town.passes(seconds=HOLD_S, turn_s=1)
        town.chain.frozen = set(FRONTS)
        await town.passes(seconds=5, turn_s=1)
        assert lost(town) == set(FRONTS)


async def test_what_a_counter_was_told_counts_on_a_late_machine_too(tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        town.chain.late_s = 0.5
        town.chain.frozen = set(FRONTS)
        await town.passes(seconds=5, turn_s=1)
        for _ in range(3):
            town.chain.asked("y1", Mode.NON_INTERFACE)
            await town.passes(seconds=2, turn_s=1)
        assert town.state("y1", Mode.NON_INTERFACE) is State.DOWN
        assert town.state("y2", Mode.NON_INTERFACE) is not State.DOWN


@pytest.mark.parametrize(
    ("late", "begin", "end", "covered"),
    [
        ((), 0, 1, False),
        ((10,), 10.2, 10.5, True),  # it follows at once
        ((10,), 9, 10, True),
        ((10,), 11.5, 12, False),  # one late call speaks for no more
        ((10,), 9.0, 9.95, True),  # it was under way already
        ((10,), 9.0, 9.5, False),
        ((10, 11), 15, 15, False),
        ((10, 11, 12), 15, 15, True),  # often late: the whole time is strained
        ((10, 11, 12), 21, 21, False),
    ],
)
def test_what_late_calls_cover(late: tuple[int, ...], begin: float, end: float, covered: bool) -> None:
    strain = Strain()
    for at in late:
        strain.note(at, LATE_MS + 1)
        strain.note(at, LATE_MS)  # in time
    assert strain.covers(begin, end) is covered


@pytest.mark.parametrize(
    ("steps", "broke_at", "soft"),
    [
        ([Step("front/a", "timeout"), Step("front/b", "ok")], None, {"front/a"}),
        ([Step("front/a", "timeout"), Step("front/b", "refused")], "front/b", {"front/a"}),
        ([Step("front/a", "timeout"), Step("front/a", "reset")], "front/a", set()),
        ([Step("channel/production", "timeout")], "relay", {"channel/production", "relay"}),
        ([Step("channel/production", "refused")], "relay", set()),
        ([], "relay", set()),
    ],
)
def test_what_was_only_late(steps: list[Step], broke_at: str | None, soft: set[str]) -> None:
    assert Chain(small_province()).of_steps(steps, broke_at).soft == soft


def test_doubtful_failures_are_silence_until_they_last() -> None:
    limits = Limits(doubtful_s=60, silence_s=10)
    track = Track(limits)
    track.add(0, True)
    for second in range(1, 61):
        track.add(second, False, doubtful=True)
        assert track.judge(second) is (State.UP if second <= limits.silence_s else State.UNKNOWN)
    track.add(61, False, doubtful=True)
    assert track.judge(61) is State.DOWN
    assert track.since == 1


def test_one_answer_among_the_doubtful_begins_the_row_anew() -> None:
    track = Track(Limits(doubtful_s=60))
    for second in range(120):
        track.add(second, second % 50 == 0, doubtful=second % 50 != 0)
        assert track.judge(second) is not State.DOWN


def test_what_never_worked_is_lost_only_after_a_while() -> None:
    """A chain starts part by part; what is refused in its first seconds is not lost yet."""
    track = Track(Limits(first_s=20))
    for second in range(20):
        track.add(second, False)
        assert track.judge(second) is State.IMPAIRED
    track.add(20, False)
    assert track.judge(20) is State.DOWN
    assert track.since == 0
    track.add(21, True)
    for second in range(22, 26):
        track.add(second, True)
        track.judge(second)
    for second in range(26, 29):
        track.add(second, False)
    assert track.judge(29) is State.DOWN
