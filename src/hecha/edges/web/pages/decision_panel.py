"""Deciding on the page of an incident (4.2): who decides now, what waits, what this person may do, and why not."""

from collections.abc import Mapping
from typing import Any

from hecha.edges.decision.lists import Question
from hecha.edges.procedure.desk import new_name
from hecha.edges.web import decision_words
from hecha.edges.web.pages.decisions import OUTSIDE_KINDS
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident

SHOWN = 6


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """For everybody who sees the incident; banks see who decides, and record their first handling."""
    desk, who, now = visit.site.decisions, visit.principal, visit.site.clock()
    situation, central = desk.situation(who, incident.id), visit.sight.bank is None
    holders = visit.organization.who_holds(situation.decides.unit, "group/leader", now) if central else ()
    if not central and not situation.step("handle").allowed:
        return None
    return {
        "situation": situation,
        "central": central,
        "leaders": [one.person.name for one in holders if not one.seat.substitute],
        "meetings": desk.page(who, Question("meeting", incident=incident.id, limit=SHOWN)).items if central else (),
        "resolutions": desk.page(who, Question("resolution", incident=incident.id, limit=SHOWN)).items,
        "handlings": desk.page(who, Question("handling", incident=incident.id, limit=SHOWN)).items,
        "incident": incident.id,
        "form_name": new_name("D", now),
        "outside_kinds": OUTSIDE_KINDS,
        "said": decision_words,
    }
