"""The site: what the console's pages stand on. `hecha.edges.assemble` builds one and mounts `app.routes(site)`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from hecha.edges.clock import Clock
from hecha.edges.command.desk import CommandDesk
from hecha.edges.decision.desk import DecisionDesk
from hecha.edges.evaluation.desk import EvaluationDesk
from hecha.edges.evaluation.figuring import Figuring
from hecha.edges.organization.edits import Edits
from hecha.edges.procedure.alert_desk import AlertDesk
from hecha.edges.procedure.incident_desk import IncidentDesk
from hecha.edges.response.desk import ResponseDesk
from hecha.edges.store.accounts import Accounts
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import ClauseId
from hecha.network.model import Network
from hecha.organization.organization import Organization
from hecha.organization.units import Units
from hecha.plan.model import Plan

if TYPE_CHECKING:
    from hecha.edges.notify.desk import NoticeDesk
    from hecha.edges.organization.roster import Roster
    from hecha.edges.procedure.procedure import Procedure
    from hecha.edges.procedure.report_desk import ReportDesk
    from hecha.edges.response.switchboard import Switchboard
    from hecha.edges.store.store import Store
    from hecha.edges.watch.loop import WatchLoop


@dataclass(frozen=True, slots=True)
class Site:
    """`plans`: the settings' plan first. `official` gives the attached official words by clause, if any.
    `sandbox` shows the sandbox's marks and sign-in hint. `secure`: cookies only over HTTPS."""

    network: Network
    plans: tuple[Plan, ...]
    store: "Store"
    loop: "WatchLoop"
    desk: Any
    clock: Clock
    accounts: Accounts
    procedure: "Procedure"
    notices: "NoticeDesk"
    roster: "Roster | None" = None
    switchboard: "Switchboard | None" = None
    sandbox: bool = False
    secure: bool = False
    official: Callable[[], Mapping[ClauseId, str]] = field(default=dict)
    figuring: Figuring = field(default_factory=Figuring)

    @property
    def plan(self) -> Plan:
        return self.plans[0]

    @property
    def reports(self) -> "ReportDesk":
        """The desk for reports."""
        from hecha.edges.procedure.report_desk import ReportDesk

        return ReportDesk(self.procedure, lambda: self.organization, lambda: self.loop.picture)

    @property
    def organization(self) -> Organization:
        """Who holds what, now. Raises Unavailable when the store is away."""
        return self.roster.now() if self.roster is not None else Organization(self.units, self.plan.organization)

    @property
    def incidents(self) -> IncidentDesk:
        """What people do with incidents, and who may."""
        return IncidentDesk(self.procedure, lambda: self.organization)

    @property
    def response(self) -> ResponseDesk:
        """Runs of runbooks, switching over, vendors, outlets confirmed by people."""
        return ResponseDesk(self.procedure, lambda: self.organization, lambda: self.loop.picture, self.switchboard)

    @property
    def edits(self) -> Edits:
        """What changes it. Raises NotThere on a console that keeps no organisation."""
        if self.roster is None:
            raise NotThere("这套控制台没有机构资料 (no organisation is kept here)")
        return Edits(self.store, self.roster, self.clock)

    @property
    def evaluations(self) -> EvaluationDesk:
        """What the offices do with evaluations."""
        return EvaluationDesk(self.procedure, self._organization_of, self.figuring)

    @property
    def decisions(self) -> DecisionDesk:
        """Meetings, resolutions, first handling and shifts."""
        return DecisionDesk(self.procedure, self._organization_of)

    @property
    def commands(self) -> CommandDesk:
        """Orders and releases."""
        return CommandDesk(self.procedure, self._organization_of)

    @property
    def alerts(self) -> AlertDesk:
        """What people do with warnings."""
        return AlertDesk(self.procedure, self._organization_of)

    def _organization_of(self, connection: Connection) -> Organization:
        """The organisation as a connection sees it."""
        if self.roster is None:
            return Organization(self.units, self.plan.organization)
        return self.roster.of(connection)

    @property
    def units(self) -> Units:
        """The tree of units as it stands."""
        return Units(self.network) if self.roster is None else self.roster.now().units
