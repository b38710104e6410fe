"""The deferred register as a table: from each state, what each command leads to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.response.backlog import (
    Answer,
    Certify,
    Entry,
    Evidence,
    Register,
    Settle,
    Settlement,
    State,
    Unreached,
    decide,
    evolve,
)
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


def after(*commands: Register | Answer | Settle | Unreached | Certify) -> Entry:
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


AGAIN = LATER + timedelta(hours=24)


def test_a_customer_who_cannot_be_reached_is_called_again() -> None:
    once = after(ENTER, Answer(Outcome.NAME_MISMATCH, LATER), Unreached(AGAIN, LATER, "clerk"))
    assert (once.state, once.calls, once.next_at) == (State.UNREACHED, 1, AGAIN)
    assert once.is_open
    assert decide(Unreached(AGAIN, LATER, "clerk"), once) == ()
    twice = after(
        ENTER,
        Answer(Outcome.NAME_MISMATCH, LATER),
        Unreached(AGAIN, LATER, "clerk"),
        Unreached(AGAIN + timedelta(days=1), AGAIN, "clerk"),
    )
    assert twice.calls == 2
    settled = after(ENTER, Answer(Outcome.NAME_MISMATCH, LATER), Settle(Settlement.CORRECTED, AGAIN, "clerk"))
    assert (settled.next_at, settled.is_open) == (None, False)


def test_a_certificate_is_issued_once_and_waits_for_the_police() -> None:
    certify = Certify("ZM20260312-1", AGAIN, LATER, "clerk")
    entry = after(ENTER, Answer(Outcome.NOT_FOUND, LATER), certify)
    assert (entry.state, entry.certificate, entry.next_at) == (State.AT_POLICE, "ZM20260312-1", AGAIN)
    assert decide(Certify("ZM20260312-2", AGAIN, LATER, "clerk"), entry) == ()
    done = decide(Settle(Settlement.POLICE_CONFIRM, AGAIN, "clerk"), entry)
    assert evolve(entry, done[0]).state is State.SETTLED


@pytest.mark.parametrize("command", [Unreached(AGAIN, LATER, "c"), Certify("ZM1", AGAIN, LATER, "c")])
@pytest.mark.parametrize("outcome", [None, Outcome.MATCH_PHOTO])
def test_only_what_differs_needs_a_call_or_a_certificate(command: Unreached | Certify, outcome: Outcome | None) -> None:
    entry = after(ENTER, *([Answer(outcome, LATER)] if outcome else []))
    with pytest.raises(Refused):
        decide(command, entry)


def test_without_a_result_there_is_no_certificate() -> None:
    with pytest.raises(Refused, match="不能出具证明"):
        decide(Certify("ZM1", AGAIN, LATER, "c"), after(ENTER, Answer(Outcome.INPUT_ERROR, LATER)))
