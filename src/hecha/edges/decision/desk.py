"""The desk of deciding (4.2): what people read of it and ask for, each right checked in the transaction of the act.

found = desk.resolution(principal, id)                   one, with what this person may do next
await desk.do(principal, asking.consented, name=id)
await desk.do(principal, desk.offering, name=…, taker=…, notes=…)        a shift is handed over
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.decision.handover import Handover
from hecha.decision.meeting import Meeting
from hecha.decision.resolution import Resolution
from hecha.edges.decision import lists
from hecha.edges.decision.lists import Page, Question
from hecha.edges.procedure.bookkeeping import StoredBook
from hecha.edges.procedure.desk import ProcedureDesk
from hecha.flow.command import asking_orders
from hecha.flow.command.asking import Asking
from hecha.flow.command.possible import Situation, Step, consenters, of_meeting, of_resolution, situation
from hecha.flow.incident_sight import sees_incident
from hecha.flow.life import Act
from hecha.flow.report_sight import reader
from hecha.incident.event import Incident
from hecha.kernel.duties import Duty
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Held
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution as a person sees it. `consenters`: who else of the group may consent, to be telephoned."""

    resolution: Resolution
    incident: Incident
    steps: tuple[Step, ...]
    consenters: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting with what was resolved in it; `members`: the group and its office, for the attendance."""

    meeting: Meeting
    incident: Incident
    steps: tuple[Step, ...]
    resolutions: tuple[Resolution, ...]
    members: tuple[Held, ...]


class DecisionDesk(ProcedureDesk):
    """`organization` gives who holds what, as a connection sees it."""

    @property
    def now(self) -> datetime:
        return self.procedure.clock()

    # --- read --------------------------------------------------------------------------------------------------------

    def page(self, principal: Principal, asked: Question) -> Page:
        """A page of what the person may see: the own unit's and those of the units in its area."""
        with self.looking(principal) as asking:
            return lists.page(_connection(asking), self._line(principal, asking), asked)

    def meeting(self, principal: Principal, id: str) -> Met:
        """Raises NotThere, whether it does not exist or is not theirs to see."""
        with self.looking(principal) as asking:
            one: Meeting = self._found(asking, principal, "meeting", id)
            resolutions = [each for each in asking.book.of(one.incident, "resolution") if each.meeting == one.id]
            members = asking.organization.who_holds(UnitId(one.unit), "", asking.at)
            incident = asking.incident(one.incident)
            return Met(one, incident, of_meeting(asking, one), tuple(resolutions), members)

    def resolution(self, principal: Principal, id: str) -> Resolved:
        """Raises NotThere, as above."""
        with self.looking(principal) as asking:
            one: Resolution = self._found(asking, principal, "resolution", id)
            able = consenters(asking, one) if one.here == asking.unit else ()
            return Resolved(one, asking.incident(one.incident), of_resolution(asking, one), able)

    def handover(self, principal: Principal, id: str) -> Handover:
        """Raises NotThere, as above."""
        with self.looking(principal) as asking:
            found: Handover = self._found(asking, principal, "handover", id)
            return found

    def situation(self, principal: Principal, incident: str) -> Situation:
        """What stands to be decided in an incident that the person sees. Raises NotThere, as above."""
        with self.looking(principal) as asking:
            found = asking.book.state("incident", incident)
            if found is None or not sees_incident(Sight(asking.book.network, principal), found):
                raise NotThere("没有这个事件，或不在您的权限之内。请从事件列表进入")
            return situation(asking, found)

    def owed(self, principal: Principal) -> Sequence[Duty]:
        """What the person's unit owes now."""
        with self.looking(principal) as asking:
            return lists.owed(_connection(asking), asking.unit)

    # --- asked -------------------------------------------------------------------------------------------------------

    def offering(self, asking: Asking, *, name: str, taker: str, notes: str) -> Act:
        """A shift is handed over with what the unit owes as this transaction sees it."""
        owed = lists.owed(_connection(asking), asking.unit)
        return asking_orders.shift_offered(asking, name=name, taker=taker, notes=notes, open_=owed)

    def _found(self, asking: Asking, principal: Principal, kind: str, id: str) -> Any:
        found, line = asking.book.state(kind, id), self._line(principal, asking)
        if found is None or (line is not None and getattr(found, "here", found.unit) not in line):
            raise NotThere("没有这一项，或不在您的权限之内。请从列表进入")
        return found

    def _line(self, principal: Principal, asking: Asking) -> frozenset[str] | None:
        """The own unit, whoever acts for it, and the units in its area, of its own line; None: all."""
        line = reader(asking.book.network, principal).sends
        return None if line is None else line | {asking.unit}


def _connection(asking: Asking) -> sa.Connection:
    assert isinstance(asking.book, StoredBook)
    return asking.book.connection
