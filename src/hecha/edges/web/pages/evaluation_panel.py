"""The evaluations of an incident on its page (5.4): whose are signed, and until when the others are due."""

from collections.abc import Mapping
from typing import Any

from hecha.edges.web import evaluation_words
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """None for somebody who reads none of them."""
    found = visit.site.evaluations.of_incident(visit.principal, incident.id)
    return {"reviews": found, "said": evaluation_words} if found else None
