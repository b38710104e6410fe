"""What facts make of an alert: `evolve`. The facts are those of `hecha.warning.handling`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from hecha.kernel.facts import Fact
from hecha.warning.alert import Alert, Assessment, Call, Leg, Task


def evolve(alert: Alert | None, fact: Fact) -> Alert:
    """What a fact makes of the alert."""
    action, data = fact.kind.rpartition(":")[2], fact.data
    if action == "raised":
        bare = {"id": fact.subject, "raised": fact.at.isoformat(), "by": fact.by, "on_behalf_of": fact.on_behalf_of}
        return msgspec.convert({**data, **bare}, Alert)
    assert alert is not None
    return _EVOLVERS[action](alert, fact, data)


def _after_update(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    return msgspec.convert(
        {**msgspec.to_builtins(alert), **data, "changed": fact.at.isoformat(), "overdue": False}, Alert
    )


def _after_told(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    def done(leg: Leg) -> Leg:
        if leg.sender != data["sender"] or leg.told is not None:
            return leg
        return replace(leg, told=fact.at, by=fact.by, medium=data["medium"], note=data["note"])

    return replace(alert, legs=tuple(done(leg) for leg in alert.legs))


def _after_assessed(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    given = {**data, "by": fact.by, "unit": fact.on_behalf_of, "at": fact.at.isoformat()}
    return replace(alert, assessments=(*alert.assessments, msgspec.convert(given, Assessment)), overdue=False)


def _after_notified(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    return replace(
        alert,
        tasks=tuple(Task(one) for one in data["tasks"]),
        notified_by=fact.by,
        notified_unit=fact.on_behalf_of,
        notified_text=data["text"],
        calls=(*alert.calls, *(Call(unit, fact.at) for unit in data["units"])),
    )


def _after_acknowledged(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    change = {"acknowledged": fact.at, "person": data["person"], "medium": data["medium"]}
    return _calls(alert, [data["unit"]], lambda call: replace(call, **change))


def _after_chased(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    return _calls(alert, data["units"], lambda call: replace(call, chased=call.chased + 1, chased_at=fact.at))


def _after_escalated(alert: Alert, fact: Fact, data: Mapping[str, Any]) -> Alert:
    return _calls(alert, data["units"], lambda call: replace(call, escalated=True))


def _calls(alert: Alert, units: list[str], change: Callable[[Call], Call]) -> Alert:
    meant = frozenset(units)
    return replace(alert, calls=tuple(change(call) if call.unit in meant else call for call in alert.calls))


_EVOLVERS: Mapping[str, Callable[[Alert, Fact, Mapping[str, Any]], Alert]] = {
    "updated": _after_update,
    "told": _after_told,
    "assessed": _after_assessed,
    "overdue": lambda alert, fact, data: replace(alert, overdue=True),
    "notified": _after_notified,
    "acknowledged": _after_acknowledged,
    "chased": _after_chased,
    "escalated": _after_escalated,
    "quietened": lambda alert, fact, data: replace(alert, quiet=datetime.fromisoformat(data["since"])),
    "stirred": lambda alert, fact, data: replace(alert, quiet=None),
    "became_incident": lambda alert, fact, data: replace(
        alert,
        is_event=True,
        incident=data["incident"] or alert.incident,
        event_clauses=tuple(data["clauses"]) or alert.event_clauses,
    ),
    "withdrawn": lambda alert, fact, data: replace(alert, is_event=False),
    "ended": lambda alert, fact, data: replace(alert, ended=datetime.fromisoformat(data["recovered"])),
    "lifted": lambda alert, fact, data: replace(alert, lifted=fact.at, lifted_by=fact.by, lifted_reason=data["reason"]),
    "joined": lambda alert, fact, data: replace(
        alert, lifted=fact.at, lifted_by=fact.by, lifted_reason="", joined=data["into"]
    ),
}
