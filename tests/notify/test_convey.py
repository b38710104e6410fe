"""Whom to tell next: tables of one step, and any sequence of failures ends where a person acts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.flow.convey import (
    ABOVE_AFTER,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    PATIENCE,
    TRIES_MAX,
    Attempt,
    Case,
    Person,
    Reach,
    Rest,
    Result,
    Send,
    TellAbove,
    Wait,
    Way,
    free_in,
    next_step,
    reach,
)

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
URGENT = Case(NOON, urgent=True, wants_ack=True)
CALM = Case(NOON, urgent=False, wants_ack=True)
NEWS = Case(NOON, urgent=False, wants_ack=False)
A, B = Reach("a", (Way.SMS, Way.MAIL)), Reach("b", (Way.SMS,))
ABOVE = "pbc/33"


def tried(person: str, way: Way, number: int, result: Result, after: timedelta = timedelta(), **more) -> Attempt:
    return Attempt(person, way, number, NOON + after, result, **more)


SENT_SMS = tried("a", Way.SMS, 1, Result.SENT)
STEPS = [
    ("a message without content goes first", URGENT, [], NOON, Send("a", Way.SMS, 1)),
    ("what was taken has a while", URGENT, [SENT_SMS], NOON + MINUTE, Wait(NOON + PATIENCE[True])),
    ("then the next way", URGENT, [SENT_SMS], NOON + PATIENCE[True], Send("a", Way.MAIL, 1)),
    ("less urgent, more patience", CALM, [SENT_SMS], NOON + PATIENCE[True], Wait(NOON + PATIENCE[False])),
    ("a sender that died sends the same again", URGENT, [tried("a", Way.SMS, 1, Result.SENDING)], NOON + MINUTE,
     Send("a", Way.SMS, 1)),
    ("a vain try rests", URGENT, [tried("a", Way.SMS, 1, Result.FAILED)], NOON + SECOND, Wait(NOON + FIRST_PAUSE)),
    ("and comes again", URGENT, [tried("a", Way.SMS, 1, Result.FAILED)], NOON + FIRST_PAUSE, Send("a", Way.SMS, 2)),
    ("longer the second time", URGENT, [tried("a", Way.SMS, 2, Result.FAILED)], NOON + FIRST_PAUSE,
     Wait(NOON + 2 * FIRST_PAUSE)),
    ("as long as the provider asks", URGENT, [tried("a", Way.SMS, 1, Result.FAILED, pause=2 * MINUTE)],
     NOON + MINUTE, Wait(NOON + 2 * MINUTE)),
    ("but never longer than that", URGENT, [tried("a", Way.SMS, 1, Result.FAILED, pause=timedelta(days=1))],
     NOON + SECOND, Wait(NOON + LONGEST_PAUSE)),
    ("a refusal is not repeated", URGENT, [tried("a", Way.SMS, 1, Result.FAILED, retry=False)], NOON,
     Send("a", Way.MAIL, 1)),
    ("three tries are enough", URGENT, [tried("a", Way.SMS, TRIES_MAX, Result.FAILED)], NOON, Send("a", Way.MAIL, 1)),
    ("then the substitute", URGENT,
     [tried("a", way, 1, Result.FAILED, retry=False) for way in (Way.SMS, Way.MAIL)], NOON, Send("b", Way.SMS, 1)),
    ("then the level above", URGENT,
     [tried(who, way, 1, Result.FAILED, retry=False) for who, way in (("a", Way.SMS), ("a", Way.MAIL), ("b", Way.SMS))],
     NOON, TellAbove(ABOVE)),
    ("the level above never waits longer", URGENT, [SENT_SMS], NOON + ABOVE_AFTER[True], TellAbove(ABOVE)),
    ("news is told once", NEWS, [SENT_SMS], NOON + timedelta(days=1), Rest()),
    ("a clock set back holds nothing up", URGENT, [tried("a", Way.SMS, 1, Result.SENT, timedelta(days=9))], NOON,
     Send("a", Way.MAIL, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("case", "log", "now", "step"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_one_step(case, log, now, step) -> None:
    assert next_step(case, log, (A, B), ABOVE, now) == step


def test_a_settled_notice_rests_and_the_level_above_is_told_once() -> None:
    late = NOON + timedelta(days=1)
    spent = [tried(one.person, way, TRIES_MAX, Result.FAILED) for one in (A, B) for way in one.ways]
    assert next_step(Case(NOON, True, True, settled=True), [], (A,), ABOVE, late) == Rest()
    assert next_step(Case(NOON, True, True, above_told=True), spent, (A, B), ABOVE, late) == Rest()
    assert next_step(URGENT, spent, (A, B), None, late) == Rest()


def test_without_any_channel_the_level_above_is_told_in_time() -> None:
    nobody = (Reach("a", ()), Reach("b", ()))
    assert next_step(URGENT, [], nobody, ABOVE, NOON + MINUTE) == Wait(NOON + ABOVE_AFTER[True])
    assert next_step(URGENT, [], nobody, ABOVE, NOON + ABOVE_AFTER[True]) == TellAbove(ABOVE)


def test_a_group_is_addressed_once_and_news_rings_no_telephone() -> None:
    mobile, both = {Way.SMS: "1"}, {Way.SMS: "2", Way.MAIL: "b@bank"}
    people = [Person("a", "甲", mobile), Person("b", "乙", both)]
    every = tuple(Way)
    assert reach(people, every, URGENT) == (
        Reach("a", (Way.SMS, Way.DINGTALK, Way.WECOM, Way.FEISHU)),
        Reach("b", (Way.SMS, Way.MAIL)),
    )
    assert reach(people, (Way.SMS,), URGENT) == (Reach("a", (Way.SMS,)), Reach("b", (Way.SMS,)))
    assert reach(people, every, NEWS)[1] == Reach("b", (Way.MAIL,))


ENDS = st.sampled_from([Result.SENT, Result.FAILED, Result.SENDING, Result.DELIVERED])
PEOPLE = st.lists(st.sets(st.sampled_from([Way.SMS, Way.DINGTALK, Way.MAIL])), max_size=4)


@given(PEOPLE, st.lists(st.tuples(ENDS, st.booleans()), max_size=60), st.booleans())
def test_any_sequence_of_failures_ends_with_the_level_above_told(ways, fates, urgent) -> None:
    people = tuple(Reach(str(n), tuple(sorted(one))) for n, one in enumerate(ways))
    case, log, now, told = Case(NOON, urgent, True), [], NOON, None
    fate = iter(fates)
    for _ in range(400):
        step = next_step(case, log, people, ABOVE, now)
        if isinstance(step, Rest):
            break
        if isinstance(step, Wait):
            assert step.until > now
            now = step.until
        elif isinstance(step, TellAbove):
            assert told is None
            told, case = now, Case(NOON, urgent, True, above_told=True)
        else:
            result, retry = next(fate, (Result.FAILED, True))
            log = [one for one in log if (one.person, one.way, one.number) != (step.person, step.way, step.number)]
            log.append(Attempt(step.person, step.way, step.number, now, result, retry))
    else:
        pytest.fail("it never rests")
    assert told is not None
    assert told - NOON <= ABOVE_AFTER[urgent] + LONGEST_PAUSE
    assert all(one.number <= TRIES_MAX for one in log)


@given(st.lists(st.integers(0, 300), max_size=80), st.integers(1, 20))
def test_a_line_never_carries_more_than_its_rate_in_any_minute(wishes, per_minute) -> None:
    sent, now = [], NOON
    for wish in sorted(wishes):
        now = max(now, NOON + wish * SECOND)
        now += free_in(sent, per_minute, now)
        assert free_in(sent, per_minute, now) == timedelta()
        sent.append(now)
    for at in sent:
        assert len([other for other in sent if at <= other < at + MINUTE]) <= per_minute
