"""The desk of commanding (4.3, 2.1.2): what people read of orders and releases, and what they may do with one.

look = desk.order(principal, id)                        the order as this person reads it
await desk.do(principal, asking_orders.received, name=id)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hecha.command.order import Order
from hecha.command.release import Authority, Release
from hecha.decision.resolution import Resolution
from hecha.edges.command import lists
from hecha.edges.command.lists import Page, Question
from hecha.edges.procedure.bookkeeping import StoredBook
from hecha.edges.procedure.desk import ProcedureDesk
from hecha.flow.command import order_sight
from hecha.flow.command.asking import Asking
from hecha.flow.command.asking_orders import release_authority
from hecha.flow.command.order_sight import Effect, OrderMay, ReleaseMay
from hecha.flow.command.publication import to_whom
from hecha.incident.event import Incident
from hecha.organization.principal import Principal
from hecha.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Line:
    """An order in a list, as far as the person reads it; `addressed`, `received` count all addressees."""

    order: Order
    addressed: int
    received: int

    @property
    def incident(self) -> str:
        return self.order.incident


@dataclass(frozen=True, slots=True)
class OrderLook:
    """One order as a person sees it. `addressed`, `received`: of all addressees, also those that are not shown."""

    order: Order
    incident: Incident
    plan: Plan
    resolution: Resolution | None
    whole: bool
    addressed: int
    received: int
    effect: Effect
    may: OrderMay
    siblings: Sequence[Order]  # the incident's orders that the person sees


@dataclass(frozen=True, slots=True)
class ReleaseLook:
    """One release as a person sees it. `authority`: whose it is at the present grade."""

    release: Release
    incident: Incident
    plan: Plan
    authority: Authority
    may: ReleaseMay


@dataclass(frozen=True, slots=True)
class Drafting:
    """Whether somebody may draft a release on an incident, or enter what head office released; and whose it is."""

    draft: bool
    record: bool
    authority: Authority


class CommandDesk(ProcedureDesk):
    """`organization` gives who holds what, as a connection sees it."""

    @property
    def now(self) -> datetime:
        return self.procedure.clock()

    def page(self, principal: Principal, asked: Question) -> Page:
        """A page of what the person may read, each as far as they read it."""
        with self.looking(principal) as asking:
            found = lists.page(_connection(asking), order_sight.eyes(asking), asked)
            if asked.kind != "order":
                return found
            return Page([_line(asking, one) for one in found.items], found.next)

    def order(self, principal: Principal, id: str) -> OrderLook:
        """Raises NotThere, whether it does not exist or is not theirs."""
        with self.looking(principal) as asking:
            order = order_sight.require_order(asking, id)
            return _look(asking, order)

    def may_begin_release(self, principal: Principal) -> bool:
        """Whether the person may draft a release, or enter what head office released."""
        with self.looking(principal) as asking:
            return order_sight.may_draft_release(asking) or order_sight.may_record_release(asking)

    def release(self, principal: Principal, id: str) -> ReleaseLook:
        """Raises NotThere, as above."""
        with self.looking(principal) as asking:
            one = order_sight.require_release(asking, id)
            incident = asking.incident(one.incident)
            authority = order_sight.authority_of(asking, one)
            return ReleaseLook(one, incident, asking.plan(incident), authority, order_sight.release_may(asking, one))

    def drafting(self, principal: Principal, incident: str) -> Drafting:
        """What the person may begin on an incident. Raises NotThere for one that there is not."""
        with self.looking(principal) as asking:
            draft, record = order_sight.may_draft_release(asking), order_sight.may_record_release(asking)
            return Drafting(draft, record, release_authority(asking, incident))


def _line(asking: Asking, order: Order) -> Line:
    return Line(order_sight.reduced(asking, order), len(order.addressees), len(order.receipts))


def _look(asking: Asking, order: Order) -> OrderLook:
    incident = asking.incident(order.incident)
    to = order.addressees or (to_whom(asking.book, order, asking.at) if order.published is None else ())
    return OrderLook(
        order=order_sight.reduced(asking, order),
        incident=incident,
        plan=asking.plan(incident),
        resolution=asking.book.state("resolution", order.resolution),
        whole=order_sight.sees_whole(asking, order),
        addressed=len(to),
        received=len(order.receipts),
        effect=order_sight.effect_of(asking, order),
        may=order_sight.order_may(asking, order),
        siblings=_seen(asking, order.incident),
    )


def _seen(asking: Asking, incident: str) -> list[Order]:
    sees = order_sight.eyes(asking)
    return [one for one in asking.book.of(incident, "order") if order_sight.reads(sees, one)]


def _connection(asking: Asking) -> sa.Connection:
    assert isinstance(asking.book, StoredBook)
    return asking.book.connection
