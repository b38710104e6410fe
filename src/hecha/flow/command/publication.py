"""Publishing an order: everything it must know at that moment, whom it goes to, its number, what an end undoes."""

from datetime import datetime

from hecha.command.addressees import Addressee, addressees
from hecha.command.effect import unfit
from hecha.command.order import Extend, Kind, Order, Publish, Undo
from hecha.command.undo import undoing
from hecha.flow.book import Book, areas_of, incident_of, year_of
from hecha.flow.command.drafting import number_zh
from hecha.flow.command.standing import now_of
from hecha.kernel.ids import AreaCode, UnitId

SERIES = "order"


def publication(book: Book, order: Order, at: datetime, by: str, name: str) -> Publish:
    """The command; a number of the unit's series is taken only for an order that takes effect."""
    now = now_of(book, order, at)
    fit = not unfit(order, now)
    year = year_of(at)
    number = number_zh(book, order.unit, year, book.next_number(order.unit, SERIES, year)) if fit else ""
    to = to_whom(book, order, at)
    undo: tuple[Undo, ...] = ()
    if order.kind is Kind.END:
        started: Order | None = book.state("order", now.in_force.id if now.in_force else order.ends)
        to = started.addressees if started is not None else to
        undo = undoing(to, started.measures if started is not None else ())
    return Publish(at, by, name, now, number, to, undo)


def to_whom(book: Book, order: Order, at: datetime) -> tuple[Addressee, ...]:
    """Whom the plan names for the unit that conveys it."""
    incident = incident_of(book, order.incident)
    plan = book.plan(incident.plan)
    return addressees(plan.charges, book.units, UnitId(order.unit), areas_of(incident), at)


def extension(book: Book, order: Order, at: datetime) -> Extend:
    """What the event's growth adds to an order in force: nobody below it is forgotten."""
    incident = incident_of(book, order.incident)
    areas = tuple(one for one in incident.extent.areas if _inside(book, order, one))
    banks = tuple(bank for bank, _ in incident.extent.banks)
    return Extend(at, areas, banks, to_whom(book, order, at))


def _inside(book: Book, order: Order, area: str) -> bool:
    """Whether an area lies where the ordering unit commands."""
    return book.units.is_below(book.units.local_branch(AreaCode(area)), UnitId(order.unit))
