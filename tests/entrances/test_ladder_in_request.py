"""One request, whichever mode works: which way is tried next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.kernel.ids import Access, BankId, Mode
from hecha.verification.ladder_in_request import WEB_ENTRIES, Attempt, Way, default_mode, next_way, share_ms, ways
from hecha.verification.outcome import Outcome

BANK = BankId("x")
CORE = Way(Mode.INTERFACE, "bank/x/core")
ACCOUNT, CREDIT, DIRECT = (Way(Mode.NON_INTERFACE, entry) for entry in WEB_ENTRIES)
DOWN = Outcome.UNAVAILABLE
PLENTY = 5_000.0


def walk(choices, breaks_at, left_ms=PLENTY):
    """Try on until the ladder says stop; `breaks_at`: way -> what broke, missing = it answers."""
    attempts = []
    while (way := next_way(choices, attempts, left_ms)) is not None:  # ok: ends, every way is tried at most once
        broken = breaks_at.get(way)
        attempts.append(Attempt(way, DOWN if broken else Outcome.MATCH_PHOTO, broken or ""))
    return [attempt.way for attempt in attempts]


STORIES = [
    ("all well", Access.LOCAL, None, {}, [CORE]),
    ("all well, a web bank", Access.NONE, None, {}, [ACCOUNT]),
    ("core down: the web answers", Access.LOCAL, None, {CORE: CORE.entry}, [CORE, ACCOUNT]),
    ("core and account system down", Access.NATIONAL, None,
     {CORE: CORE.entry, ACCOUNT: ACCOUNT.entry}, [CORE, ACCOUNT, CREDIT]),
    ("interface service down", Access.LOCAL, None, {CORE: "interface-service"}, [CORE, ACCOUNT]),
    ("fronts down: the other entries lead there too", Access.NATIONAL, Mode.NON_INTERFACE,
     {ACCOUNT: "front/b"}, [ACCOUNT, CORE]),
    ("all three entries down, a web bank", Access.NONE, None,
     {way: way.entry for way in (ACCOUNT, CREDIT, DIRECT)}, [ACCOUNT, CREDIT, DIRECT]),
    ("police down: one way a mode, then give up", Access.LOCAL, None,
     {CORE: "police", ACCOUNT: "police"}, [CORE, ACCOUNT]),
    ("web asked for and gone: interface answers", Access.LOCAL, Mode.NON_INTERFACE,
     {way: way.entry for way in (ACCOUNT, CREDIT, DIRECT)}, [ACCOUNT, CREDIT, DIRECT, CORE]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("access", "first", "breaks", "expected"), [s[1:] for s in STORIES], ids=[s[0] for s in STORIES]
)
def test_the_ladder_tries_the_ways_in_order(access, first, breaks, expected):
    assert walk(ways(BANK, access, first), breaks) == expected


def test_a_bank_without_interface_has_only_the_web():
    assert {way.mode for way in ways(BANK, Access.NONE, Mode.INTERFACE)} == {Mode.NON_INTERFACE}
    assert default_mode(Access.NONE) is Mode.NON_INTERFACE
    assert default_mode(Access.NATIONAL) is default_mode(Access.LOCAL) is Mode.INTERFACE


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {DOWN}))
def test_an_answer_is_final_whatever_it_says(outcome):
    assert next_way(ways(BANK, Access.LOCAL), [Attempt(CORE, outcome)], PLENTY) is None


def test_without_time_left_nothing_more_is_tried():
    assert next_way(ways(BANK, Access.LOCAL), [Attempt(CORE, DOWN, CORE.entry)], 49) is None
    assert next_way(ways(BANK, Access.LOCAL), [Attempt(CORE, DOWN, CORE.entry)], 50) == ACCOUNT
    assert next_way(ways(BANK, Access.LOCAL), [], 0) == CORE, "the first way is always tried"


@settings(deadline=None)
@given(
    access=st.sampled_from(Access),
    first=st.sampled_from([None, *Mode]),
    breaks=st.dictionaries(
        st.sampled_from([CORE, ACCOUNT, CREDIT, DIRECT]),
        st.sampled_from(
            ["police", "front/a", "relay", "outlet/o/line", *(way.entry for way in (CORE, ACCOUNT, CREDIT, DIRECT))]
        ),
    ),
)
def test_no_way_twice_and_a_working_mode_is_found(access, first, breaks):
    choices = ways(BANK, access, first)
    tried = walk(choices, breaks)
    assert len(tried) == len(set(tried))
    gates_only = all(broken == way.entry for way, broken in breaks.items())
    if gates_only and any(way not in breaks for way in choices):
        assert tried[-1] not in breaks, "some entry was whole, so the last one tried answered"


def test_a_mode_that_hangs_leaves_half_of_the_time_for_the_other():
    choices = ways(BANK, Access.LOCAL)
    assert share_ms(choices, CORE, 10_000) == 5_000
    assert share_ms(choices, ACCOUNT, 5_000) == 5_000
    assert share_ms(ways(BANK, Access.LOCAL, Mode.NON_INTERFACE), DIRECT, 4_000) == 2_000
    assert share_ms(ways(BANK, Access.NONE), ACCOUNT, 10_000) == 10_000, "no other mode: its own deadline"
