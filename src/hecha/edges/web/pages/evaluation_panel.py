"""The evaluations of an incident on its page (5.4): whose are signed, and until when the others are due."""

from collections.abc import Mapping
from typing import Any

from hecha.edges.web import evaluation_words
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident
from hecha.organization.sight import Right


def read(visit: Visit, incident: Incident) -> Mapping[str, Any] | None:
    """None for somebody who reads none of them."""
    found = visit.site.evaluations.of_incident(visit.principal, incident.id)
    if not found:
        return None
    file = f"/incidents/{incident.id}/file.zip" if visit.sight.may(Right.AUDIT) else ""
    return {"reviews": found, "said": evaluation_words, "file": file}
