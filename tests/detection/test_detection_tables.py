"""Tables: limits of a track, the statistics of data quality, the calendar, diagnosis, topics, and a warning's life."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.watch.topics import NAMES, Topics
from hecha.flow.causes import Causes
from hecha.flow.diagnose import Chain, common_line, owner_of, says_nothing, shared_of, suspected
from hecha.flow.gates import gate, watched
from hecha.flow.groups import Grouping, warning_id
from hecha.flow.maintenance import Window, counts_from
from hecha.flow.picture import State
from hecha.flow.quality import Quality, Tallies, accuracy_of_sample, tail, upper_bound
from hecha.flow.track import Limits, Track
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.ids import AreaCode, ComponentId, Mode, OutletId
from hecha.warning.lifecycle import End, Estimate, Exceed, Grade, Pass, Raise, Return, Warning, Widen, decide, evolve
from hecha.warning.lifecycle import State as Stated
from tests.detection.town import MORNING, small_province

LIMITS = Limits()


def judged(attempts: str, every_s: float = 20, ms: float = 5, request: bool = True) -> State:
    """The state after attempts, `.` worked and `x` failed, oldest first."""
    track = Track(LIMITS)
    state = State.UNKNOWN
    for number, attempt in enumerate(attempts):
        track.add(number * every_s, attempt == ".", ms, request=request)
        state = track.judge(number * every_s)
    return state


@pytest.mark.parametrize(
    ("attempts", "state"),
    [
        ("", State.UNKNOWN),
        (".", State.UP),
        ("x", State.IMPAIRED),
        ("xx", State.IMPAIRED),
        ("xxx", State.DOWN),
        (".....xxx", State.DOWN),  # a sudden loss
        ("..x..xxx..", State.IMPAIRED),  # after a failure in the window three more are not yet a loss
        ("x.x.x.x.", State.IMPAIRED),  # half is not more than half
        ("x.xxx.x.x", State.DOWN),  # six of nine
        ("xxx...", State.UP),  # back: what was before the return is forgotten
        ("xxx..", State.DOWN),  # two successes are no row
        ("xxx.x.x.", State.DOWN),
    ],
)
def test_the_limits_of_a_way(attempts: str, state: State) -> None:
    assert judged(attempts) is state


def test_slowness_counts_only_beyond_the_limit() -> None:
    assert judged("." * 10, ms=30_000) is State.IMPAIRED
    assert judged("." * 10, ms=30_001) is State.DOWN
    assert judged("." * 10, ms=2_000) is State.UP


def test_what_happens_in_one_instant_is_one_thing() -> None:
    assert judged("xxxxxx", every_s=0.1) is State.IMPAIRED
    assert judged("xxxxxx", every_s=0.5) is State.DOWN


def test_silence_is_unknown_but_what_was_lost_stays_lost() -> None:
    track = Track(LIMITS)
    track.add(0, True)
    assert track.judge(600) is State.UP
    assert track.judge(601) is State.UNKNOWN
    for second in (700, 710, 720):
        track.add(second, False)
    assert track.judge(720) is State.DOWN
    assert track.judge(100_000) is State.DOWN
    assert track.since == 700


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.booleans())
def test_silence_never_recovers_anything(attempts: list[bool], request: bool) -> None:
    track = Track(LIMITS)
    for number, worked in enumerate(attempts):
        track.add(number * 10.0, worked, request=request)
        track.judge(number * 10.0)
    before = track.state
    for hours in (1, 2, 20):
        after = track.judge(len(attempts) * 10.0 + hours * 3600)
        assert after is (State.DOWN if before is State.DOWN else State.UNKNOWN)


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_a_loss_begins_at_a_failure_and_not_later_than_it_is_seen(attempts: list[bool]) -> None:
    track = Track(LIMITS)
    for number, worked in enumerate(attempts):
        track.add(number * 10.0, worked)
        if track.judge(number * 10.0) is State.DOWN:
            assert track.since is not None
            assert track.since <= number * 10.0
            assert attempts[int(track.since // 10)] is False


def test_the_upper_bound_of_a_sample() -> None:
    assert upper_bound(0, 0) == 1
    assert upper_bound(40, 100) == pytest.approx(0.498, abs=0.001)
    with pytest.raises(Refused):
        accuracy_of_sample(41, 100, 0.5)
    assert accuracy_of_sample(40, 100, 0.5) < 0.5
    with pytest.raises(Refused):
        accuracy_of_sample(0, 3, 0.5)  # three wrong out of three prove nothing yet
    assert accuracy_of_sample(0, 4, 0.5) < 0.5


@given(st.integers(1, 400), st.data())
def test_the_bound_lies_above_the_share_and_below_one(asked: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, asked))
    assert right / asked <= upper_bound(right, asked) <= 1


@given(st.integers(1, 190), st.data())
def test_the_tail_is_a_probability_and_falls(asked: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, asked - 1))
    assert 0 <= tail(asked, wrong + 1, 0.02) <= tail(asked, wrong, 0.02) <= 1 + 1e-9


@pytest.mark.parametrize("asked", [10, 200, 1000])
def test_the_tail_is_the_sum_of_the_binomial_terms(asked: int) -> None:
    for wrong in (asked // 50 + 1, asked // 20 + 2, asked // 2):
        exact = sum(comb(asked, k) * 0.02**k * 0.98 ** (asked - k) for k in range(wrong, asked + 1))
        assert tail(asked, wrong, 0.02) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(
    ("asked", "wrong", "suspicious"),
    [(19, 19, False), (20, 1, False), (20, 3, False), (20, 6, True), (1000, 20, False), (1000, 60, True)],
)
def test_when_rates_are_suspicious(asked: int, wrong: int, suspicious: bool) -> None:
    assert Quality().suspicious(Tallies(asked, wrong, 0)) is suspicious


def test_quality_counts_answers_of_the_last_hour_only() -> None:
    quality, city = Quality(), AreaCode("3301")
    quality.observe(city, "name_mismatch", 0)
    quality.observe(city, "not_found", 30)
    quality.observe(city, "unavailable", 30)
    quality.observe(None, "not_found", 30)
    assert quality.totals(59)[city] == Tallies(2, 1, 1)
    assert quality.totals(60)[city] == Tallies(1, 0, 1)


def window(begin_h: float, end_h: float) -> Window:
    hours = [MORNING + timedelta(hours=one) for one in (begin_h, end_h)]
    return Window("M", (ComponentId("relay"),), hours[0], hours[1], MORNING - timedelta(days=1), "b", "pbc/33")


@pytest.mark.parametrize(
    ("windows", "since_h", "now_h", "counts_h"),
    [
        ([], 1, 2, 1),
        ([(0, 4)], 1, 2, None),  # excused
        ([(0, 4)], 1, 4, 4),  # it overruns
        ([(0, 4)], -1, 2, -1),  # it was out before the work began
        ([(0, 4)], 4, 5, 4),
        ([(0, 4), (4, 6)], 1, 5, None),  # work follows on work
        ([(4, 6), (0, 4)], 1, 7, 6),
    ],
)
def test_when_planned_work_counts(windows: list, since_h: float, now_h: float, counts_h: float | None) -> None:
    moments = [MORNING + timedelta(hours=one) for one in (since_h, now_h)]
    counted = counts_from([window(*one) for one in windows], ComponentId("relay"), *moments)
    assert counted == (None if counts_h is None else MORNING + timedelta(hours=counts_h))


def test_a_window_is_entered_beforehand_and_ends_after_it_begins() -> None:
    with pytest.raises(BadInput):
        window(2, 2)
    with pytest.raises(BadInput):
        window(-30, 2)


def test_what_a_path_proves() -> None:
    chain = Chain(small_province())
    good = chain.of_attempt(OutletId("z1"), Mode.INTERFACE, True, None)
    assert {"outlet/z1/terminal", "county/330101/line", "bank/Z/core", "relay", "police"} <= set(good.passed)
    assert "front/a" not in good.passed  # one of two: only a step of the path says which
    broken = chain.of_attempt(OutletId("z1"), Mode.INTERFACE, False, ComponentId("city/3301/line"))
    assert set(broken.passed) == {"outlet/z1/terminal", "outlet/z1/line", "county/330101/line"}
    assert broken.failed == ("city/3301/line",)


@dataclass
class Step:
    hop: str
    result: str
    ms: float = 1.0


def test_what_steps_prove() -> None:
    chain = Chain(small_province())
    tried = chain.of_steps([Step("front/a", "timeout"), Step("front/b", "ok"), Step("relay", "ok")], None)
    assert (tried.failed, tried.passed) == (("front/a",), ("front/b", "relay"))
    assert chain.of_steps([Step("front/a", "open")], "front/a").failed == ("front/a",)
    assert chain.of_steps([Step("front/a", "full")], "front/a").failed == ()  # turned away for load is no defect
    assert chain.of_steps([], "relay").failed == ("relay",)
    assert says_nothing([Step("relay", "closed")])
    assert not says_nothing([Step("relay", "full")])


def test_a_common_cause_is_suspected_only_when_every_path_is_cut() -> None:
    network = small_province()
    channels = {ComponentId("channel/production"), ComponentId("channel/backup")}
    assert suspected(network, channels, set()) is None
    doors = channels | {ComponentId("hq-interconnect")}
    assert suspected(network, doors, set()) == "relay"
    assert suspected(network, doors, {ComponentId("relay")}) == "police"
    assert suspected(network, doors | {ComponentId("relay")}, set()) is None


def test_many_outlets_of_one_county_point_to_its_line() -> None:
    network = small_province()
    lost = {ComponentId(f"outlet/{name}/line") for name in ("x1", "y1", "z1")}
    judged_ = [OutletId(name) for name in ("x1", "y1", "z1", "x2")]
    assert common_line(network, lost, judged_) == {"330101": 3}
    assert common_line(network, set(list(lost)[:2]), judged_) == {}


@pytest.mark.parametrize(
    ("component", "owner"),
    [
        ("bank/X/core", "bank/X"),
        ("outlet/y1/terminal", "bank/Y"),
        ("city/3301/line", "pbc/3301"),
        ("front/a", "pbc/33"),
        ("channel/backup", "pbc/33"),
        ("relay", "head_office"),
        ("police", "head_office"),
    ],
)
def test_who_owes_an_estimate(component: str, owner: str) -> None:
    assert owner_of(small_province(), ComponentId(component)) == owner


def test_the_shared_components_come_in_their_order() -> None:
    names = shared_of(small_province())
    assert names[:4] == ("front/a", "front/b", "channel/production", "channel/backup")
    assert {"bank/X/core", "bank/Z/core"} <= set(names)
    assert "bank/Y/core" not in names
    assert not any(name.startswith("outlet/") for name in names)


def test_one_root_cause_is_one_fault() -> None:
    grouping = Grouping(small_province())
    keys = ["front/a", "front/b", "outlet/x1/line", "way/x1/interface", "relay"]
    assert set(grouping.grouped([ComponentId(key) for key in keys])) == {"front/a|front/b", "outlet/x1", "relay"}
    assert warning_id("front/a|front/b", MORNING) == "W20260312080000-front.a+front.b"


def test_causes_join_from_the_earliest_to_the_latest_end() -> None:
    causes, key = Causes(small_province()), gate(OutletId("x1"), Mode.INTERFACE)
    causes.lost(key, MORNING)
    assert causes.fault(key, MORNING) == (int(MORNING.timestamp()) // 60, None)
    causes.estimate(key, MORNING + timedelta(hours=2))
    assert causes.fault(key, MORNING) == (int(MORNING.timestamp()) // 60, int(MORNING.timestamp()) // 60 + 120)
    causes.exceed([key], 481)
    assert causes.fault(key, MORNING)[1] - causes.fault(key, MORNING)[0] == 481
    causes.back(key)
    assert causes.fault(key, MORNING) is None
    assert "way/{outlet}/interface" in str(list(watched(small_province()).paths.values()))


async def test_topics_are_united_while_a_reader_is_busy() -> None:
    topics = Topics()
    async with topics.subscribe() as one:
        topics.bump("board")
        topics.bump("board", "network")
        assert await one.next() == {"board", "network"}
        waiting = asyncio.create_task(one.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        topics.bump("incident")
        assert await waiting == {"incident"}
    topics.bump(*NAMES)
    assert topics.serial("board") == 3


RAISED = Raise("W1", (ComponentId("front/a"),), MORNING, MORNING + timedelta(seconds=3))


def lived(*commands: object) -> Warning:
    warning: Warning | None = None
    for command in commands:
        for fact in decide(command, warning):  # type: ignore[arg-type]
            warning = evolve(warning, fact)
    assert warning is not None
    return warning


def test_a_warning_lives_and_ends() -> None:
    later = MORNING + timedelta(hours=1)
    estimate = Estimate(later, "b", "pbc/33", MORNING, "换件")
    warning = lived(
        RAISED,
        RAISED,  # said twice, it is raised once
        Widen((ComponentId("front/b"),), MORNING - timedelta(minutes=1), later),
        Pass(later, timedelta(minutes=30)),
        Stated(estimate),
        Grade(True, ("1.4.1(3)",), later),
        Exceed("l", "pbc/33", later, "备件在外省"),
        Return(later, later),
        Return(None, later),
    )
    assert warning.components == ("front/a", "front/b")
    assert warning.since == MORNING - timedelta(minutes=1)
    assert warning.estimates == (estimate,)
    assert not warning.estimate_owed
    assert warning.is_event
    assert warning.exceeds == "l"
    assert warning.returned is None
    ended = lived(RAISED, Return(later, later), End(later, later))
    assert ended.ended == later
    with pytest.raises(Refused):
        decide(Pass(later, timedelta()), ended)
    with pytest.raises(Refused):
        decide(Grade(True, (), later), None)


def test_an_estimate_is_owed_after_the_configured_time_and_once() -> None:
    half = timedelta(minutes=30)
    warning = lived(RAISED)
    assert decide(Pass(warning.discovered + half - timedelta(seconds=1), half), warning) == ()
    facts = decide(Pass(warning.discovered + half, half), warning)
    assert [fact.kind for fact in facts] == ["watch:warning:estimate_owed"]
    assert decide(Pass(warning.discovered + 2 * half, half), evolve(warning, facts[0])) == ()


def test_taking_an_estimate_back_makes_it_owed_again() -> None:
    given_ = Stated(Estimate(MORNING + timedelta(hours=2), "b", "pbc/33", MORNING, ""))
    back = Stated(Estimate(None, "b", "pbc/33", MORNING, "无法判断"))
    assert lived(RAISED, given_, back).estimate_owed
