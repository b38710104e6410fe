"""Panels of the incident page: what each room shows of one incident. A room adds a line to PANELS.

`read` runs in a thread and gives the template's context; a panel without anything to show returns None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hecha.edges.web.pages import (
    decision_panel,
    evaluation_panel,
    measures,
    order_panel,
    recovery,
    report_panel,
    runs,
    staffing,
)
from hecha.edges.web.visit import Visit
from hecha.incident.event import Incident


@dataclass(frozen=True, slots=True)
class Panel:
    """`place` ∈ main (the wide column), side."""

    name: str
    template: str
    read: Callable[[Visit, Incident], Mapping[str, Any] | None]
    place: str = "main"


@dataclass(frozen=True, slots=True)
class Filled:
    """A panel with what it shows."""

    panel: Panel
    content: Mapping[str, Any]


PANELS: tuple[Panel, ...] = (
    Panel("decision", "parts/incident_decision.html", decision_panel.read),
    Panel("orders", "parts/incident_orders.html", order_panel.read),
    Panel("measures", "parts/incident_measures.html", measures.read),
    Panel("reports", "parts/incident_reports.html", report_panel.read),
    Panel("staffing", "parts/incident_staffing.html", staffing.read),
    Panel("runs", "parts/incident_runs.html", runs.read),
    Panel("evaluations", "parts/incident_evaluations.html", evaluation_panel.read, "side"),
    Panel("recovery", "parts/incident_recovery.html", recovery.read, "side"),
)


def filled(visit: Visit, incident: Incident) -> list[Filled]:
    """The panels that have something to show to this person."""
    found = ((panel, panel.read(visit, incident)) for panel in PANELS)
    return [Filled(panel, content) for panel, content in found if content is not None]
