"""The orders of an incident on its page, with receipts n of N; what was released; where a release is begun."""

from collections.abc import Mapping
from typing import Any

from hecha.edges.command.lists import Question, Tab
from hecha.edges.web import order_words
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident

SHOWN = 6


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """None where there is nothing to see and nothing to begin."""
    desk, unit = visit.site.commands, str(visit.principal.unit)
    orders = desk.page(visit.principal, Question("order", unit, Tab.ALL, incident.id, limit=SHOWN))
    releases = desk.page(visit.principal, Question("release", unit, Tab.ALL, incident.id, limit=SHOWN))
    may = desk.may_begin_release(visit.principal)
    if not (orders.items or releases.items or (may and incident.is_open)):
        return None
    return {
        "orders": orders.items,
        "more": bool(orders.next),
        "releases": releases.items,
        "incident": incident.id,
        "may": may,
        "said": order_words,
    }
