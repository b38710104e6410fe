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

from hecha.command.order import Order
from hecha.decision.handling import Handling
from hecha.decision.handover import Handover
from hecha.decision.meeting import Meeting
from hecha.decision.resolution import Resolution
from hecha.edges.decision import lists
from hecha.edges.decision.lists import Page, Question
from hecha.edges.procedure.bookkeeping import StoredBook
from hecha.edges.procedure.desk import ProcedureDesk
from hecha.flow.command import asking_orders
from hecha.flow.command.asking import Asking
from hecha.flow.command.possible import (
    Awaited,
    Situation,
    Step,
    awaited,
    consenters,
    each_person,
    of_meeting,
    of_resolution,
    situation,
)
from hecha.flow.command.standing import order_in_force
from hecha.flow.incident_sight import sees_incident
from hecha.flow.life import Act
from hecha.flow.report_sight import reader
from hecha.incident.event import Incident
from hecha.kernel.duties import Duty
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Held
from hecha.organization.people import Expert
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight
from hecha.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Resolved:
    """A resolution as a person sees it. `consenters`: who else of the group may consent, to be telephoned."""

    resolution: Resolution
    incident: Incident
    steps: tuple[Step, ...]
    consenters: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting with what was resolved in it, and what may be resolved now. `members`: the group and its office, for
    the attendance; `experts`: the roster."""

    meeting: Meeting
    incident: Incident
    steps: tuple[Step, ...]
    resolutions: tuple[Resolution, ...]
    members: tuple[Held, ...]
    experts: tuple[Expert, ...]
    situation: Situation


@dataclass(frozen=True, slots=True)
class Briefed:
    """An incident as its leaders are told of it: what waits for this person's word, and what may be decided."""

    incident: Incident
    plan: Plan
    situation: Situation
    awaited: tuple[Awaited, ...]
    taken: tuple[Resolution, ...]  # the newest first
    handlings: tuple[Handling, ...]
    order: Order | None


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
            members = each_person(asking.organization.who_holds(UnitId(one.unit), "", asking.at))
            incident, experts = asking.incident(one.incident), asking.organization.experts
            steps, now = of_meeting(asking, one), situation(asking, incident)
            return Met(one, incident, steps, tuple(resolutions), members, experts, now)

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
            return situation(asking, _seen(asking, incident))

    def brief(self, principal: Principal, incident: str) -> Briefed:
        """The same on one page, for the central bank's people. Raises NotThere."""
        with self.looking(principal) as asking:
            found = _seen(asking, incident)
            if Sight(asking.book.network, principal).bank is not None:
                raise NotThere("简报供人民银行各级领导小组使用。请看事件页")
            line = self._line(principal, asking)
            mine = [one for one in asking.book.of(incident, "resolution") if line is None or one.here in line]
            handled = [one for one in asking.book.of(incident, "handling") if line is None or one.unit in line]
            return Briefed(
                incident=found,
                plan=asking.plan(found),
                situation=situation(asking, found),
                awaited=awaited(asking, found),
                taken=tuple(one for one in reversed(mine) if one.is_taken),
                handlings=tuple(reversed(handled)),
                order=order_in_force(asking.book, found),
            )

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


def _seen(asking: Asking, incident: str) -> Incident:
    found: Incident | None = asking.book.state("incident", incident)
    if found is None or not sees_incident(Sight(asking.book.network, asking.principal), found):
        raise NotThere("没有这个事件，或不在您的权限之内。请从事件列表进入")
    return found


def _connection(asking: Asking) -> sa.Connection:
    assert isinstance(asking.book, StoredBook)
    return asking.book.connection
