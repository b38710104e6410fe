"""The deferred register as a table: from each state, what each command leads to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.response.backlog import Answer, Entry, Evidence, Register, Settle, Settlement, State, decide, evolve
from hecha.verification.outcome import Outcome

NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=9)
ENTER = Register(
    id="R1",
    institution="bank/X",
    outlet="x1",
    token="t",
    mode="interface",
    business="01",
    evidence=Evidence.READER,
    voucher="凭证1",
    copies="二号柜",
    card_city="3303",
    county="330302",
    city="3303",
    at=NOON,
    by="clerk",
)


def after(*commands: Register | Answer | Settle) -> Entry:
    entry: Entry | None = None
    for command in commands:
        for fact in decide(command, entry):
            entry = evolve(entry, fact)
    assert entry is not None
    return entry


def test_an_entry_begins_registered() -> None:
    entry = after(ENTER)
    assert (entry.state, entry.registered_at, entry.registered_by) == (State.REGISTERED, NOON, "clerk")
    assert (entry.voucher, entry.copies, entry.evidence) == ("凭证1", "二号柜", "reader")


@pytest.mark.parametrize(
    ("outcome", "state", "step"),
    [
        (Outcome.MATCH_PHOTO, State.SAME, "attach_slip"),
        (Outcome.MATCH_NO_PHOTO, State.SAME, "compare_documents"),
        (Outcome.NAME_MISMATCH, State.DIFFERS, "ask_documents_or_police"),
        (Outcome.NOT_FOUND, State.DIFFERS, "ask_documents_or_police"),
        (Outcome.CARD_LOST, State.DIFFERS, "contact_customer_card"),
        (Outcome.CARD_INVALID, State.DIFFERS, "contact_customer_card"),
        (Outcome.INPUT_ERROR, State.UNVERIFIABLE, "correct_entry"),
        (Outcome.UNAVAILABLE, State.REGISTERED, ""),
    ],
)
def test_what_back_verification_leads_to(outcome: Outcome, state: State, step: str) -> None:
    entry = after(ENTER, Answer(outcome, LATER))
    assert (entry.state, entry.next_step) == (state, step)


@pytest.mark.parametrize("first", [one for one in Outcome if one is not Outcome.UNAVAILABLE])
@pytest.mark.parametrize("second", list(Outcome))
def test_only_the_first_answer_has_an_effect(first: Outcome, second: Outcome) -> None:
    once = after(ENTER, Answer(first, LATER))
    assert decide(Answer(second, LATER), once) == ()


@pytest.mark.parametrize("outcome", [Outcome.NAME_MISMATCH, Outcome.INPUT_ERROR])
def test_a_person_settles_what_differs(outcome: Outcome) -> None:
    settle = Settle(Settlement.POLICE_CONFIRM, LATER, "officer")
    entry = after(ENTER, Answer(outcome, LATER), settle)
    assert (entry.state, entry.next_step, entry.settled_by) == (State.SETTLED, "police_confirm", "officer")
    assert decide(settle, entry) == ()  # said twice, done once
    with pytest.raises(Refused):
        decide(replace(settle, how=Settlement.STOPPED), entry)


@pytest.mark.parametrize("before", [(ENTER,), (ENTER, Answer(Outcome.MATCH_PHOTO, LATER))])
def test_nothing_else_is_settled(before: tuple[Register | Answer, ...]) -> None:
    with pytest.raises(Refused) as refused:
        decide(Settle(Settlement.STOPPED, LATER, "officer"), after(*before))
    assert refused.value.clause == "5.1.1(3)"


@pytest.mark.parametrize("field", ["voucher", "copies"])
@pytest.mark.parametrize("text", ["33030219900101001X", "身份证330302900101001号", "长" * 81])
def test_free_text_takes_no_citizens_number_and_has_a_limit(field: str, text: str) -> None:
    with pytest.raises(BadInput) as wrong:
        decide(replace(ENTER, **{field: text}), None)
    assert text not in str(wrong.value)


def test_longest_text_fits() -> None:
    assert after(replace(ENTER, copies="长" * 80)).copies == "长" * 80


def test_an_unknown_business_is_named() -> None:
    with pytest.raises(BadInput, match=r"business\.type"):
        decide(replace(ENTER, business="09"), None)


def test_an_entry_is_entered_once() -> None:
    with pytest.raises(Conflict):
        decide(ENTER, after(ENTER))
    with pytest.raises(Conflict):
        decide(Answer(Outcome.MATCH_PHOTO, LATER), None)


@given(st.lists(st.sampled_from(list(Outcome)) | st.sampled_from(list(Settlement)), max_size=8))
def test_whatever_comes_it_is_verified_at_most_once_and_never_lost(steps: list[Outcome | Settlement]) -> None:
    entry, verified = after(ENTER), 0
    for step in steps:
        command = Answer(step, LATER) if isinstance(step, Outcome) else Settle(step, LATER, "officer")
        try:
            found = decide(command, entry)
        except Refused:
            continue
        for fact in found:
            verified += fact.kind == "register:entry:verified"
            entry = evolve(entry, fact)
    assert verified <= 1
    assert (entry.state is State.REGISTERED) == (verified == 0)
