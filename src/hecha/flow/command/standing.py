"""How an incident stands for those who decide and command, read from the book in the transaction of the command."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hecha.command.order import Basis, Clocks, InForce, Now, Order, Phase
from hecha.decision.authority import Deciding, deciding, in_its_area, rank_of
from hecha.decision.resolution import Resolution, Rules
from hecha.decision.standing import Standing
from hecha.flow.book import Book, areas_of, incident_of
from hecha.incident import event
from hecha.incident.event import Incident
from hecha.kernel.ids import UnitId
from hecha.plan.model import Plan

OVER = frozenset({event.Phase.ENDED, event.Phase.CLOSED})
TOOK_EFFECT = frozenset({Phase.PUBLISHED, Phase.SUPERSEDED, Phase.ENDED, Phase.SETTLED})


def decides_now(book: Book, incident: Incident, at: datetime) -> Deciding:
    """The group that decides on an incident at this moment, referrals included. One below 1.4.1 has the mildest."""
    plan = book.plan(incident.plan)
    level = incident.level if incident.level is not None else max(one.rank for one in plan.levels)
    return deciding(plan, book.units, level, areas_of(incident), at, _referred(book, incident))


def standing(book: Book, name: str, at: datetime) -> Standing:
    """Everything a resolution on this incident must know."""
    incident = incident_of(book, name)
    decides = decides_now(book, incident, at)
    order = order_in_force(book, incident)
    return Standing(
        incident=incident.id,
        level=_level(book, incident),
        level_zh=level_zh(book.plan(incident.plan), incident.level),
        epoch=epoch_of(book, incident),
        decides=decides,
        recovered=is_recovered(incident),
        over=is_over(incident, order),
        in_force=order.id if order else "",
        in_force_group=order.group if order else "",
        in_force_who=order.who if order else "",
        end_clause=end_clause(book.plan(incident.plan), decides.who),
    )


def now_of(book: Book, order: Order, at: datetime) -> Now:
    """Everything an order must know to take effect at this moment."""
    incident = incident_of(book, order.incident)
    decides, in_force = decides_now(book, incident, at), order_in_force(book, incident)
    resolution: Resolution | None = book.state("resolution", order.resolution)
    return Now(
        epoch=epoch_of(book, incident),
        decider=decides.unit,
        rank=rank_of(order.who),
        recovered=is_recovered(incident),
        over=is_over(incident, in_force),
        basis=_basis(resolution) if resolution is not None and resolution.incident == incident.id else None,
        in_force=_in_force(in_force) if in_force else None,
        latest=max((one.sequence for one in orders_of(book, incident.id) if one.phase in TOOK_EFFECT), default=0),
        keeps_command=standing(book, incident.id, at).keeps_command(order.group),
    )


def epoch_of(book: Book, incident: Incident) -> int:
    """The era of grade and decider: every change of the level in force, and every referral, begins a new one."""
    return incident.epoch + sum(one.moves for one in resolutions_of(book, incident.id))


def order_in_force(book: Book, incident: Incident) -> Order | None:
    """The start order in force; there is never more than one."""
    found: Order | None = book.state("order", incident.order) if incident.order else None
    return found if found is not None and found.is_in_force else None


def orders_of(book: Book, incident: str) -> Sequence[Order]:
    return book.of(incident, "order")


def resolutions_of(book: Book, incident: str) -> Sequence[Resolution]:
    return book.of(incident, "resolution")


def is_recovered(incident: Incident) -> bool:
    """Recovery is confirmed, or the outage was no event after all."""
    return incident.phase in (event.Phase.RECOVERED, event.Phase.WITHDRAWN)


def is_over(incident: Incident, in_force: Order | None) -> bool:
    """Nothing is left to decide. A withdrawn event with an order in force still needs its end order."""
    return incident.phase in OVER or (incident.phase is event.Phase.WITHDRAWN and in_force is None)


def commands_here(book: Book, incident: Incident, unit: str) -> bool:
    """Whether the event touches the unit's area (2.1.2.3(3))."""
    return in_its_area(book.units, UnitId(unit), areas_of(incident))


def level_zh(plan: Plan, level: int | None) -> str:
    return plan.level(level).zh if level is not None else "未定级"


def end_clause(plan: Plan, who: str) -> str:
    """The clause by which a level's group ends it (4.3.1(7) and the like); the province's for head office."""
    own = [one.clause for one in plan.charges if one.by == who and "end" in one.does]
    province = [one.clause for one in plan.charges if one.by == "province" and "end" in one.does]
    return str(next(iter([*own, *province]), "4.3"))


def rules_of(plan: Plan) -> Rules:
    """For which decisions the plan asks for two persons, and its clocks."""
    return Rules(
        two_persons_from_level=int(plan.settings["two_persons_from_level"]),
        two_persons_for_end=bool(plan.settings["two_persons_for_end"]),
        two_persons_for_lowering=bool(plan.settings["two_persons_for_lowering"]),
        signature_within=minutes(plan, "signature_within_minutes"),
        repair_review_after=minutes(plan, "repair_review_minutes"),
    )


def clocks_of(plan: Plan) -> Clocks:
    return Clocks(
        publish_within=minutes(plan, "order_publish_within_minutes"),
        receipt_within=minutes(plan, "order_receipt_within_minutes"),
        chase_every=minutes(plan, "order_chase_every_minutes"),
        escalate_after=minutes(plan, "order_escalate_after_minutes"),
        progress_every=minutes(plan, "order_progress_every_minutes"),
        summary_every=minutes(plan, "order_summary_every_minutes"),
        undo_within=minutes(plan, "undo_within_minutes"),
    )


def minutes(plan: Plan, setting: str) -> timedelta:
    return timedelta(minutes=int(plan.settings[setting]))


def _level(book: Book, incident: Incident) -> int:
    return incident.level if incident.level is not None else max(one.rank for one in book.plan(incident.plan).levels)


def _referred(book: Book, incident: Incident) -> str:
    """The highest unit that the deciding group has referred it to."""
    asked = [one.target for one in resolutions_of(book, incident.id) if one.moves]
    return asked[-1] if asked else ""


def _basis(one: Resolution) -> Basis:
    return Basis(one.id, one.unit, one.kind.value, one.epoch, one.is_taken)


def _in_force(one: Order) -> InForce:
    return InForce(one.id, one.group, rank_of(one.who), one.sequence)
