"""What follows from what in deciding and commanding (4.2, 4.3): part of the one table of `hecha.flow.reactions`.

incident opened, raised      → the deciding group's meeting is convened at once; open proposals lapse
recovered, withdrawn         → a meeting to end it, where an order is in force
resolution taken             → start, end, exception: an order is drafted; lower, fix grade: the incident's level;
                               refer: the upper group's meeting; what it was about is settled
order published              → the one in force gives way or ends; the incident is started or ended
event grown                  → the order in force reaches the new addressees
ended                        → what was still open of meetings, proposals and drafts falls away
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from hecha.command import order as orders
from hecha.command.order import Order
from hecha.decision import meeting as meetings
from hecha.decision import resolution as resolutions
from hecha.decision.authority import Deciding, deciding
from hecha.decision.meeting import Meeting
from hecha.decision.resolution import Kind, Resolution
from hecha.flow.book import Book, areas_of, existing, incident_of
from hecha.flow.command.drafting import draft
from hecha.flow.command.publication import extension
from hecha.flow.command.standing import decides_now, epoch_of, minutes, order_in_force, orders_of, resolutions_of
from hecha.flow.life import Act
from hecha.incident import commands, event
from hecha.incident.event import Incident, Opinion
from hecha.kernel.facts import Fact
from hecha.organization.units import HEAD_OFFICE

ORDERING = frozenset({Kind.START, Kind.END, Kind.EXCEPTION})
CLOSING = frozenset({Kind.START, Kind.END, Kind.REPAIR_FIRST, Kind.REFER, Kind.EXCEPTION})
"""The kinds of resolution with which a meeting has done what it was convened for."""
NAME_MAX = 150


def meeting_id(incident: str, unit: str, mark: str) -> str:
    """`M-E2026…-pbc.3303-L3`: one meeting per group and level, so that convening it twice convenes it once."""
    return f"M-{incident}-{unit.replace('/', '.')}-{mark}"[:NAME_MAX]


def convened(fact: Fact, book: Book) -> Iterator[Act]:
    """The group that decides now is called together at once (4.2.1(2)); for head office, the province that acts."""
    incident = incident_of(book, fact.subject)
    if incident.level is None:
        return
    decides = decides_now(book, incident, fact.at)
    because = fact.kind.removeprefix(event.PREFIX)
    yield _meeting(book, incident, decides, f"L{incident.level}", because, fact)


def lapsed(fact: Fact, book: Book) -> Iterator[Act]:
    """Grade or decider have changed: open proposals of the earlier era are stale."""
    yield from _lapse(book, incident_of(book, fact.subject), fact)


def _lapse(book: Book, incident: Incident, fact: Fact) -> Iterator[Act]:
    epoch = epoch_of(book, incident)
    for one in resolutions_of(book, incident.id):
        if one.phase is resolutions.Phase.PROPOSED:
            yield Act("resolution", one.id, resolutions.Lapse(fact.at, epoch))


def to_end(fact: Fact, book: Book) -> Iterator[Act]:
    """Recovery is confirmed and an order is in force: the group meets to end it (4.3.1(7))."""
    incident = incident_of(book, fact.subject)
    order = order_in_force(book, incident)
    if order is None:
        return
    held = [one for one in _meetings(book, incident.id) if one.because == "recovered"]
    if any(one.phase is not meetings.Phase.CLOSED for one in held):
        return
    decides = decides_now(book, incident, fact.at)
    yield _meeting(book, incident, decides, f"R{len(held) + 1}", "recovered", fact)


def relapsed(fact: Fact, book: Book) -> Iterator[Act]:
    """It failed again: there is nothing to end yet."""
    for one in _meetings(book, fact.subject):
        if one.because == "recovered" and one.phase is not meetings.Phase.CLOSED:
            yield Act("meeting", one.id, meetings.Close(fact.at, "system", "relapsed"))


def taken(fact: Fact, book: Book) -> Iterator[Act]:
    """What a resolution asks for."""
    resolution: Resolution = existing(book, "resolution", fact.subject)
    incident = incident_of(book, resolution.incident)
    yield from _overtakes(resolution, fact, book)
    if resolution.kind is Kind.EXCEPTION and order_in_force(book, incident) is None:
        return  # it goes into the start order
    if resolution.kind in ORDERING:
        name, command = draft(book, resolution, fact.at)
        yield Act("order", name, command)
    elif resolution.kind is Kind.REFER:
        yield from _referred(resolution, incident, book, fact)
    elif resolution.kind in resolutions.GRADES:
        yield from _graded(resolution, incident, book, fact)


def published(fact: Fact, book: Book) -> Iterator[Act]:
    """An order takes effect: it replaces or ends the one in force, and the incident follows."""
    order: Order = existing(book, "order", fact.subject)
    yield Act("resolution", order.resolution, resolutions.Settle(fact.at, order.id))
    if order.kind is orders.Kind.START:
        if order.supersedes:
            yield Act("order", order.supersedes, orders.Supersede(fact.at, order.id))
        yield Act("incident", order.incident, commands.Start(order.id, fact.at, fact.by, order.group))
        return
    yield Act("order", order.supersedes, orders.End(fact.at, order.id))
    if incident_of(book, order.incident).recovered is not None:
        yield Act("incident", order.incident, commands.End(order.id, fact.at, fact.by, order.group))


def refused(fact: Fact, book: Book) -> Iterator[Act]:
    """An order that did not take effect leaves its resolution spent: the group decides anew."""
    order: Order = existing(book, "order", fact.subject)
    yield Act("resolution", order.resolution, resolutions.Settle(fact.at, f"refused:{order.refused}"))


def grown(fact: Fact, book: Book) -> Iterator[Act]:
    """The event reaches further while an order is in force."""
    order = order_in_force(book, incident_of(book, fact.subject))
    if order is not None:
        yield Act("order", order.id, extension(book, order, fact.at))


def over(fact: Fact, book: Book) -> Iterator[Act]:
    """Nothing is left to decide: what was open of meetings, proposals and drafts falls away."""
    incident = incident_of(book, fact.subject)
    if order_in_force(book, incident) is not None:
        return  # a withdrawn event whose start order still needs its end
    for meeting in _meetings(book, incident.id):
        if meeting.phase is not meetings.Phase.CLOSED:
            yield Act("meeting", meeting.id, meetings.Close(fact.at, "system", "over"))
    for one in resolutions_of(book, incident.id):
        yield Act("resolution", one.id, resolutions.Lapse(fact.at, one.epoch, over=True))
        yield Act("resolution", one.id, resolutions.Settle(fact.at, "over"))
    for order in orders_of(book, incident.id):
        if order.phase is orders.Phase.DRAFTED:
            yield Act("order", order.id, orders.Drop(fact.at, "system", "over"))


def _overtakes(resolution: Resolution, fact: Fact, book: Book) -> Iterator[Act]:
    """Earlier answers to the same question are settled, and the meeting has done its work."""
    if resolution.kind in CLOSING:
        for meeting in _meetings(book, resolution.incident):
            if meeting.unit == resolution.here and meeting.phase is not meetings.Phase.CLOSED:
                yield Act("meeting", meeting.id, meetings.Close(fact.at, "system", f"taken:{resolution.kind.value}"))
    for one in resolutions_of(book, resolution.incident):
        open_ = one.phase is resolutions.Phase.TAKEN and one.id != resolution.id
        reviewed = one.kind is Kind.REPAIR_FIRST and resolution.kind in CLOSING
        answered = one.kind is Kind.REFER and resolution.unit == one.target
        if open_ and (reviewed or answered):
            yield Act("resolution", one.id, resolutions.Settle(fact.at, resolution.id))


def _referred(resolution: Resolution, incident: Incident, book: Book, fact: Fact) -> Iterator[Act]:
    """The upper group meets; head office stands outside, so its answer is awaited instead."""
    yield from _lapse(book, incident, fact)
    if resolution.target == HEAD_OFFICE:
        return
    plan, level = book.plan(incident.plan), resolution.level
    decides = deciding(plan, book.units, level, areas_of(incident), fact.at, resolution.target)
    yield _meeting(book, incident, decides, f"F{resolution.id[-12:]}", "referred", fact)
    yield Act("resolution", resolution.id, resolutions.Settle(fact.at, decides.unit))


def _graded(resolution: Resolution, incident: Incident, book: Book, fact: Fact) -> Iterator[Act]:
    """The level that the group has decided; whose the incident is follows from it."""
    plan, level = book.plan(incident.plan), int(resolution.target)
    leads = deciding(plan, book.units, level, areas_of(incident), fact.at).acts
    opinion = Opinion(level, fact.by, resolution.unit, fact.at, resolution.reason)
    yield Act("incident", incident.id, commands.Fix(opinion, leads))
    yield Act("resolution", resolution.id, resolutions.Settle(fact.at, f"level:{level}"))


def _meeting(book: Book, incident: Incident, decides: Deciding, mark: str, because: str, fact: Fact) -> Act:
    plan, unit = book.plan(incident.plan), decides.acts
    level = incident.level if incident.level is not None else max(one.rank for one in plan.levels)
    name = meeting_id(incident.id, unit, mark)
    above = str(decides.above) if decides.above and decides.above != HEAD_OFFICE else ""
    command = meetings.Convene(
        id=name,
        incident=incident.id,
        unit=unit,
        because=because,
        level=level,
        at=fact.at,
        due=fact.at + minutes(plan, "meeting_within_minutes"),
        above=above,
        experts_wanted=level <= int(plan.settings["experts_from_level"]) and because != "recovered",
    )
    return Act("meeting", name, command)


def _meetings(book: Book, incident: str) -> list[Meeting]:
    return list(book.of(incident, "meeting"))


FOLLOWING: Mapping[str, tuple[Callable[[Fact, Book], Iterable[Act]], ...]] = {
    "incident:event:opened": (convened,),
    "incident:event:raised": (lapsed, convened),
    "incident:event:lowered": (lapsed,),
    "incident:event:regraded": (grown,),
    "incident:event:recovered": (to_end,),
    "incident:event:relapsed": (relapsed,),
    "incident:event:ended": (over,),
    "incident:event:withdrawn": (over,),
    "decision:resolution:taken": (taken,),
    "command:order:published": (published,),
    "command:order:refused": (refused,),
}
