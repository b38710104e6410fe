"""The life of an alert: a typhoon from the first news to its lifting, a measured fault that becomes an event."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from hecha.edges.store.ledger import canonical
from hecha.kernel.errors import BadInput, Refused
from hecha.warning.alert import Phase, Task
from hecha.warning.commands import (
    Acknowledge,
    Assess,
    Become,
    Command,
    End,
    Join,
    Lift,
    Notify,
    Quieten,
    Stir,
    Tell,
    Update,
    Withdraw,
)
from hecha.warning.evolving import evolve
from tests.warning.words import BANK, CITY, NOON, PROVINCE, Story, anomaly, judged, measured, typhoon


def test_a_typhoon_is_told_assessed_notified_acknowledged_and_lifted() -> None:
    story = Story().raised()
    assert story.alert is not None
    assert story.alert.phase is Phase.RAISED
    assert story.owed() == [("alert.report", PROVINCE), ("alert.assess", PROVINCE)]
    story.tells(Tell(PROVINCE, story.now, "officer", "telephone", "值班组长"))
    assert story.alert.phase is Phase.REPORTED
    assert (story.alert.legs[0].medium, story.alert.legs[0].note) == ("telephone", "值班组长")
    story.assessed(4, 4)
    assert story.owed() == [("alert.notify", PROVINCE)]
    story.notified(CITY, BANK)
    assert story.alert.phase is Phase.NOTIFIED
    assert story.owed() == [("alert.acknowledge", CITY), ("alert.acknowledge", BANK)]
    story.tells(Acknowledge(CITY, "林工", story.now, "city"))
    assert story.owed() == [("alert.acknowledge", BANK)]
    story.tells(Acknowledge(BANK, "周经理", story.now, "officer", "telephone"))
    assert story.owed() == []
    assert story.passes(hours=49) == ["quietened"]  # the expected end has passed; people were called in
    assert story.owed() == [("alert.lift", PROVINCE)]
    story.tells(Lift("台风已过", "leader", PROVINCE, story.now))
    assert (story.alert.phase, story.alert.closed) == (Phase.LIFTED, story.now)
    assert story.owed() == []


def test_who_has_not_acknowledged_is_reminded_and_then_telephoned() -> None:
    story = Story().raised().assessed().notified(CITY, BANK)
    story.tells(Acknowledge(CITY, "林工", story.now, "city"))
    assert story.passes(hours=1, minutes=59) == ["chased", "chased", "chased"]
    assert story.passes(minutes=1) == ["escalated"]
    assert story.passes(hours=3) == []
    to_bank = [one for one in story.notices if one.unit == BANK]
    assert {one.key for one in to_bank} == {f"alert:A1:{BANK}"}
    assert [one.urgent for one in to_bank[1:]] == [True, True, True]
    unanswered = [one for one in story.notices if one.what == "alert.unanswered"]
    assert [(one.unit, one.post, one.facts["waiting"]) for one in unanswered] == [(PROVINCE, "office", "1")]


def test_nobody_assesses_and_the_group_hears_of_it_once() -> None:
    story = Story().raised()
    assert story.passes(hours=5) == ["overdue"]
    assert [one.post for one in story.notices if one.what == "alert.overdue"] == ["group"]


def test_only_likely_and_serious_demands_a_notice() -> None:
    for likelihood, impact, owed in ((3, 3, True), (2, 5, False), (5, 2, False), (1, 1, False), (5, 5, True)):
        story = Story().raised().assessed(likelihood, impact)
        assert (("alert.notify", PROVINCE) in story.owed()) is owed, (likelihood, impact)


def test_a_group_may_notify_below_the_threshold_too() -> None:
    story = Story().raised().assessed(2, 2).notified(CITY)
    assert story.owed() == [("alert.acknowledge", CITY)]


def test_a_group_that_notifies_has_been_told() -> None:
    story = Story().raised().assessed().notified(CITY)
    assert story.alert is not None
    assert story.alert.legs[0].told == story.now
    assert "alert.report" not in {what for what, _ in story.owed()}


def test_assessments_keep_their_history_and_news_asks_for_another() -> None:
    story = Story().raised().assessed(2, 3)
    assert ("alert.assess", PROVINCE) not in story.owed()
    story.now += timedelta(hours=1)
    story.tells(Update(story.now, title="台风红色预警（更新）", severity=4))
    assert ("alert.assess", PROVINCE) in story.owed()
    story.assessed(5, 5)
    assert story.alert is not None
    assert [one.score for one in story.alert.assessments] == [6, 25]
    assert ("alert.assess", PROVINCE) not in story.owed()


def test_a_slight_measured_fault_needs_nobody_and_lifts_itself() -> None:
    story = Story()
    story.tells(anomaly(NOON))
    story.tells(Assess(measured(NOON, 3, 2, 4)))
    assert story.owed() == []
    assert story.tells(End(NOON + timedelta(hours=1), NOON + timedelta(hours=2))) == ["ended", "lifted"]
    assert story.alert is not None
    assert story.alert.phase is Phase.LIFTED


def test_a_grave_measured_fault_asks_the_office_to_look() -> None:
    story = Story()
    story.tells(anomaly(NOON))
    story.tells(Assess(measured(NOON, 3, 4)))
    assert story.owed() == [("alert.assess", PROVINCE)]
    assert [(one.what, one.post, one.urgent) for one in story.notices[1:]] == [("alert.assess", "office", True)]
    story.assessed(4, 4)
    assert story.owed() == [("alert.notify", PROVINCE)]


def test_measuring_again_says_nothing_new_and_never_speaks_over_a_person() -> None:
    story = Story()
    story.tells(anomaly(NOON))
    story.tells(Assess(measured(NOON, 3, 4)))
    assert story.tells(Assess(measured(NOON + timedelta(minutes=1), 3, 4))) == []
    assert story.tells(Assess(measured(NOON, 4, 4))) == ["assessed"]
    story.assessed(2, 2)
    assert story.tells(Assess(measured(NOON, 5, 5))) == []


def test_a_measured_fault_becomes_an_event_and_its_alert_ends_with_the_fault() -> None:
    story = Story()
    story.tells(anomaly(NOON))
    story.assessed().notified(CITY)
    assert story.tells(Become(story.now, ("1.4.1(3)",))) == ["became_incident"]
    assert story.alert is not None
    assert story.alert.phase is Phase.INCIDENT
    assert story.owed() == []  # the incident's procedure goes on from here
    assert story.passes(hours=6) == []
    assert story.notices[-1].what == "alert.became_incident"
    assert story.tells(Become(story.now, (), "I1", "leader", PROVINCE)) == ["became_incident"]
    assert story.tells(Become(story.now, (), "I1", "leader", PROVINCE)) == []
    assert (story.alert.incident, story.alert.event_clauses) == ("I1", ("1.4.1(3)",))
    assert story.tells(End(story.now, story.now)) == ["ended"]
    assert story.alert.closed == story.now


def test_an_event_that_ends_in_time_is_a_warning_again() -> None:
    story = Story()
    story.tells(anomaly(NOON))
    story.tells(Become(NOON, ("1.4.1(3)",)))
    assert story.tells(Withdraw(NOON)) == ["withdrawn"]
    assert story.tells(Withdraw(NOON)) == []
    assert story.tells(End(NOON, NOON)) == ["ended", "lifted"]


def test_news_that_is_over_lifts_itself_only_while_nobody_was_called() -> None:
    alone = Story().raised()
    assert alone.tells(Quieten(NOON, NOON, "已解除")) == ["quietened", "lifted"]
    called = Story().raised().assessed().notified(CITY)
    assert called.tells(Quieten(NOON, NOON, "已解除")) == ["quietened"]
    assert called.tells(Quieten(NOON, NOON, "已解除")) == []
    assert called.tells(Stir(NOON)) == ["stirred"]
    assert called.tells(Stir(NOON)) == []


def test_another_alert_of_the_cause_goes_on_unless_people_were_called() -> None:
    story = Story().raised()
    assert story.tells(Join("W9", NOON)) == ["joined"]
    assert story.alert is not None
    assert (story.alert.joined, story.alert.is_open) == ("W9", False)
    called = Story().raised().assessed().notified(CITY)
    assert called.tells(Join("W9", NOON)) == []


def test_units_that_were_told_hear_the_end_in_place_of_the_call() -> None:
    story = Story().raised().assessed().notified(CITY, BANK)
    story.tells(Lift("台风转向", "leader", PROVINCE, story.now))
    last = story.notices[-2:]
    assert [(one.what, one.unit, one.key) for one in last] == [
        ("alert.lifted", CITY, f"alert:A1:{CITY}"),
        ("alert.lifted", BANK, f"alert:A1:{BANK}"),
    ]


def test_a_storm_of_news_is_one_message_per_addressee_and_ten_minutes() -> None:
    keys = set()
    for number in range(200):
        story = Story(now=NOON + timedelta(seconds=number))
        story.tells(anomaly(story.now, id=f"W{number}"))
        keys |= {(one.key, one.unit) for one in story.notices}
    assert len(keys) == 1


def test_facts_alone_tell_the_whole_life() -> None:
    story = Story().raised().assessed(level=2, clauses=("1.4.2.2(1)",)).notified(CITY, BANK)
    story.tells(Acknowledge(CITY, "林工", story.now, "city"))
    story.passes(hours=3)
    story.tells(Lift("台风已过", "leader", PROVINCE, story.now))
    alert = None
    for fact in story.facts:
        alert = evolve(alert, replace(fact, data=json.loads(canonical(dict(fact.data)))))
    assert alert == story.alert


@pytest.mark.parametrize(
    ("command", "error", "clause_or_where"),
    [
        (Assess(judged(NOON, 0, 3)), BadInput, "likelihood"),
        (Assess(judged(NOON, 3, 6)), BadInput, "impact"),
        (Notify((CITY,), (Task.PREVENT,), "leader", PROVINCE, NOON), Refused, "3.2.4"),
        (Acknowledge(CITY, "林工", NOON, "city"), Refused, "3.2.4"),
        (Lift("", "leader", PROVINCE, NOON), Refused, "3.2.4"),
        (Lift("长" * 401, "leader", PROVINCE, NOON), BadInput, "reason"),
    ],
)
def test_what_is_refused_at_first(command: Command, error: type[Exception], clause_or_where: str) -> None:
    story = Story().raised()
    with pytest.raises(error) as caught:
        story.tells(command)
    assert clause_or_where in (getattr(caught.value, "clause", ""), getattr(caught.value, "where", ""))
    assert len(story.facts) == 1


@pytest.mark.parametrize(
    ("command", "where"),
    [
        (Notify((), (Task.PREVENT,), "leader", PROVINCE, NOON), "units"),
        (Notify((CITY,), (), "leader", PROVINCE, NOON), "tasks"),
        (Notify(tuple(f"bank/{n}" for n in range(601)), (Task.WATCH,), "leader", PROVINCE, NOON), "units"),
        (Acknowledge(BANK, " ", NOON, "x"), "person"),
        (Acknowledge(BANK, "长" * 81, NOON, "x"), "person"),
    ],
)
def test_what_is_wrong_is_named(command: Command, where: str) -> None:
    story = Story().raised().assessed().notified(BANK)
    with pytest.raises(BadInput) as caught:
        story.tells(command)
    assert caught.value.where == where


def test_a_fault_that_still_stands_is_not_lifted() -> None:
    story = Story()
    story.tells(anomaly(NOON))
    with pytest.raises(Refused, match="故障还在"):
        story.tells(Lift("误报", "leader", PROVINCE, NOON))


def test_what_is_over_takes_no_more_from_people_and_nothing_from_machines() -> None:
    story = Story().raised()
    story.tells(Lift("误报", "leader", PROVINCE, NOON))
    with pytest.raises(Refused, match="已经结束"):
        story.tells(Assess(judged(NOON, 3, 3)))
    assert story.tells(Update(NOON, title="又一条")) == []
    assert story.tells(typhoon(NOON)) == []


def test_the_same_news_and_the_same_acknowledgement_change_nothing() -> None:
    story = Story().raised().assessed().notified(CITY)
    assert story.tells(Update(NOON, title="台风红色预警", severity=4)) == []
    assert story.tells(Acknowledge(CITY, "林工", NOON, "city")) == ["acknowledged"]
    assert story.tells(Acknowledge(CITY, "别人", NOON, "city")) == []
