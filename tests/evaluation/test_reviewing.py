"""The evaluation as story and table: three parties, lessons, improvements with owners, a signature, a closed file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hecha.evaluation.reminding import duties, next_at, notices
from hecha.evaluation.review import PARTIES, Phase, Review, evolve
from hecha.evaluation.reviewing import (
    Activate,
    Analyse,
    Command,
    Improve,
    Improved,
    Learn,
    Open,
    Pass,
    ProposePlan,
    Sign,
    SumUp,
    decide,
)
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.kernel.facts import Fact

END = datetime(2026, 3, 13, 4, 0, tzinfo=UTC)
DUE = END + timedelta(days=15)
OPEN = Open("A-E1-pbc.33", "E1", "pbc/33", "province", "全省网点核查受阻", DUE, END)
SIGNERS = {"settlement": "li", "technology": "wu", "operations": "wu"}


def analyse(party: str, by: str = "", days: float = 1) -> Analyse:
    return Analyse(
        party, "备机没有按规定设置", "某某", END + timedelta(days=days), by or SIGNERS[party], ((0, "换件"),)
    )


def learn(worked: bool = False) -> Learn:
    return Learn("备机每周试一次" if not worked else "电话先报很快", worked, END + timedelta(days=2), "li")


def improve(text: str = "备机每周切换演练", unit: str = "pbc/33", day: date = date(2026, 4, 30)) -> Improve:
    return Improve(text, unit, "technology", day, END + timedelta(days=2), "li")


def sign(days: float = 3) -> Sign:
    return Sign("某某", {"clocks": []}, END + timedelta(days=days), "head")


ANALYSED = tuple(analyse(party) for party in PARTIES)


def lived(*commands: Command) -> tuple[Review, list[Fact]]:
    now, facts = None, []
    for command in commands:
        for fact in decide(command, now):
            now = evolve(now, fact)
            facts.append(fact)
    assert now is not None
    return now, facts


def owed(*commands: Command) -> list[tuple[str, str]]:
    return [(one.what, one.post) for one in duties(lived(*commands)[0])]


def test_from_the_end_of_an_event_to_a_closed_evaluation() -> None:
    assert owed(OPEN) == [
        ("review.analyse_settlement", "settlement"),
        ("review.analyse_technology", "technology"),
        ("review.analyse_operations", "technology"),
    ]
    assert owed(OPEN, *ANALYSED) == [("review.sign", "office")]
    story = (OPEN, *ANALYSED, SumUp("全省业务受影响", END, "li"), learn(), improve(), sign())
    now, _ = lived(*story)
    assert (now.phase, now.figures, now.signed_by) == (Phase.SIGNED, {"clocks": []}, "head")
    assert owed(*story) == [("improvement.do", "technology")]
    now, facts = lived(*story, Improved(1, "演练记录三份", END + timedelta(days=20), "wu"))
    assert (now.phase, duties(now)) == (Phase.CLOSED, ())
    assert {fact.clause for fact in facts} == {"5.4", "5.4(1)", "5.4(2)", "5.4(3)"}


@pytest.mark.parametrize(
    ("story", "why"),
    [
        ((OPEN, learn()), "还缺 3 方"),
        ((OPEN, *ANALYSED[:2], learn()), "还缺 1 方"),
        ((OPEN, *ANALYSED), "经验教训"),
    ],
)
def test_nobody_signs_too_early(story: tuple[Command, ...], why: str) -> None:
    with pytest.raises(Refused, match=why):
        decide(sign(), lived(*story)[0])


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [
        ("technology", "operations", True),  # one department in a small branch
        ("settlement", "technology", False),
        ("operations", "settlement", False),
    ],
)
def test_settlement_and_technology_are_two_people(first: str, second: str, allowed: bool) -> None:
    now, _ = lived(OPEN, analyse(first, "wu"))
    if allowed:
        assert decide(analyse(second, "wu"), now) != ()
        return
    with pytest.raises(Refused, match="不同的人"):
        decide(analyse(second, "wu"), now)


def test_the_later_word_of_a_party_counts_until_the_signature() -> None:
    now, _ = lived(OPEN, analyse("technology", "wu"), analyse("technology", "zhao", 2))
    assert [one.by for one in now.analyses] == ["zhao"]
    now, _ = lived(OPEN, *ANALYSED, learn(), sign())
    for command in (analyse("technology"), learn(True), SumUp("又", END, "li"), sign()):
        with pytest.raises(Refused, match="已经签署"):
            decide(command, now)


def test_an_improvement_blocks_no_file_and_is_reminded_of() -> None:
    now, _ = lived(OPEN, *ANALYSED, learn(), improve(), sign())
    (duty,) = duties(now)
    assert (duty.incident, duty.unit, duty.due) == ("", "pbc/33", datetime(2026, 4, 30, 15, 59, tzinfo=UTC))
    when = next_at(now)
    assert when == duty.due - timedelta(days=3)
    now, facts = lived(OPEN, *ANALYSED, learn(), improve(), sign(), Pass(when))
    assert [one.what for one in notices(facts[-1], now)] == ["improvement.do"]
    assert next_at(now) == duty.due
    assert decide(Pass(when), now) == ()


def test_a_signature_that_is_late_is_reminded_of() -> None:
    now, facts = lived(OPEN, Pass(DUE + timedelta(minutes=1)))
    assert {(one.what, one.post) for one in notices(facts[-1], now)} == {("review.open", "office")}
    assert next_at(now) is None


@pytest.mark.parametrize(
    "command",
    [
        improve(day=date(2026, 3, 1)),
        improve(unit=""),
        improve(text=" "),
        improve(text="查 11010119900307001 1 的客户"),
        Analyse("credit", "…", "某", END, "li"),
        Improved(7, "做了", END, "li"),
    ],
)
def test_what_is_not_accepted(command: Command) -> None:
    with pytest.raises(BadInput):
        decide(command, lived(OPEN)[0])


def propose(digest: str = "d1", version: str = "2", differences: tuple[str, ...] = ("多了一条",)) -> ProposePlan:
    return ProposePlan("zhejiang", "1", version, digest, True, differences, END + timedelta(days=2), "li")


def test_a_change_of_the_plan_is_a_new_version_that_differs() -> None:
    now, _ = lived(OPEN, propose())
    assert [(one.version, one.differences) for one in now.changes] == [("2", ("多了一条",))]
    assert decide(propose(), now) == ()
    with pytest.raises(Refused, match="没有差别"):
        decide(propose("d2", differences=()), now)
    with pytest.raises(BadInput, match="版本号"):
        decide(propose("d2", version="1"), now)


def test_a_version_goes_live_once_and_only_when_it_is_admissible() -> None:
    later = END + timedelta(days=30)
    now, facts = lived(OPEN, propose(), Activate("d1", later, "leader"), Activate("d1", later, "leader"))
    assert [(one.activated, one.activated_by) for one in now.changes] == [(later, "leader")]
    assert [one.kind for one in facts].count("evaluation:review:plan_activated") == 1
    with pytest.raises(BadInput, match="没有提出这一版"):
        decide(Activate("d9", later, "leader"), now)
    unfit, _ = lived(OPEN, replace(propose(), admissible=False))
    with pytest.raises(Refused, match="没有通过核验"):
        decide(Activate("d1", later, "leader"), unfit)


def test_nothing_happens_to_what_was_not_opened() -> None:
    with pytest.raises(Conflict):
        decide(sign(), None)
    assert decide(OPEN, lived(OPEN)[0]) == ()


COMMANDS = st.lists(
    st.sampled_from([*ANALYSED, learn(), learn(True), improve(), improve("补充手册"), propose(), sign()])
    | st.integers(1, 3).map(lambda number: Improved(number, "做了", END + timedelta(days=9), "wu")),
    max_size=14,
)


@given(COMMANDS)
def test_closed_means_signed_and_nothing_owed(commands: list[Command]) -> None:
    now, _ = lived(OPEN)
    for command in commands:
        try:
            found = decide(command, now)
        except (Refused, BadInput):
            continue
        for fact in found:
            now = evolve(now, fact)
    assert (now.phase is Phase.CLOSED) is (now.signed is not None and not duties(now))
    assert msgspec.json.decode(msgspec.json.encode(now), type=Review) == now
