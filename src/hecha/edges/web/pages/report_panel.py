"""The reports of an incident on its page: how many are sent, owed and late, and the newest."""

from collections.abc import Mapping
from typing import Any

from hecha.edges.procedure.report_lists import Question, Tab
from hecha.edges.web import report_words
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident

SHOWN = 8


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """None for somebody who may read none of them."""
    desk, now = visit.site.reports, visit.site.clock()
    counts = desk.count(visit.principal, incident.id)
    if not counts.total:
        return None
    asked = Question(Tab.ALL, str(visit.principal.unit), now, incident.id, limit=SHOWN)
    return {
        "lines": desk.page(visit.principal, asked).lines,
        "sent": counts.sent,
        "open": counts.open,
        "late": counts.late,
        "incident": incident.id,
        "said": report_words,
    }
