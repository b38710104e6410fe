"""The procedure's routes of the API, room by room. A room that has some adds a line."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from hecha.edges.api.alerts import add_alerts
from hecha.edges.api.decisions import add_decisions
from hecha.edges.api.evaluations import add_evaluations
from hecha.edges.api.incidents import add_incidents
from hecha.edges.api.meetings import add_meetings
from hecha.edges.api.orders import add_orders
from hecha.edges.api.organization import add_units
from hecha.edges.api.releases import add_releases
from hecha.edges.api.reports import add_reports
from hecha.edges.api.shifts import add_shifts

if TYPE_CHECKING:
    from hecha.edges.web.site import Site

Add = Callable[[FastAPI, Any], None]


def rooms(site: "Site") -> list[Add]:
    """Each hangs its routes onto the application, given the dependency for the verified identity."""
    return [
        partial(add_incidents, desk=site.incidents),
        partial(add_units, organization=lambda: site.organization, clock=site.clock),
        partial(add_reports, desk=site.reports, office=lambda: site.desk.office),
        partial(add_orders, desk=site.commands, office=lambda: site.desk.office),
        partial(add_releases, desk=site.commands, office=lambda: site.desk.office),
        partial(add_alerts, desk=site.alerts, office=lambda: site.desk.office),
        partial(add_meetings, desk=site.decisions, office=lambda: site.desk.office),
        partial(add_decisions, desk=site.decisions, office=lambda: site.desk.office),
        partial(add_shifts, desk=site.decisions, office=lambda: site.desk.office),
        partial(add_evaluations, desk=site.evaluations, incidents=site.incidents, office=lambda: site.desk.office),
    ]
