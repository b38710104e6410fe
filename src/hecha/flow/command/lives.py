"""The lives of deciding and commanding (4.2, 4.3, 2.1.2): meetings, resolutions, first handling, handovers, orders,
releases."""

from hecha.command import order, ordering, release
from hecha.command import owed as order_owed
from hecha.decision import deciding, handling, handover, meeting, owed, resolution
from hecha.flow.life import Life, Row


def _meeting_row(one: meeting.Meeting) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.convened, one.closed, meeting.next_at(one))


def _resolution_row(one: resolution.Resolution) -> Row:
    return Row(one.incident, one.here, one.phase.value, one.at, one.closed)


def _handling_row(one: handling.Handling) -> Row:
    return Row(one.incident, one.unit, "recorded", one.at, one.at)


def _handover_row(one: handover.Handover) -> Row:
    return Row("", one.unit, one.phase.value, one.at, one.taken)


def _order_row(one: order.Order) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.drafted, one.closed, ordering.next_at(one))


def _release_row(one: release.Release) -> Row:
    return Row(one.incident, one.unit, one.phase.value, one.at, one.closed)


MEETING = Life(
    "meeting",
    meeting.PREFIX,
    meeting.Meeting,
    meeting.decide,
    meeting.evolve,
    _meeting_row,
    meeting.duties,
    meeting.notices,
    meeting.Pass,
)
RESOLUTION = Life(
    "resolution",
    deciding.PREFIX,
    resolution.Resolution,
    deciding.decide,
    deciding.evolve,
    _resolution_row,
    owed.duties,
    owed.notices,
)
HANDLING = Life("handling", handling.PREFIX, handling.Handling, handling.decide, handling.evolve, _handling_row)
HANDOVER = Life(
    "handover",
    handover.PREFIX,
    handover.Handover,
    handover.decide,
    handover.evolve,
    _handover_row,
    handover.duties,
    handover.notices,
)
ORDER = Life(
    "order",
    ordering.PREFIX,
    order.Order,
    ordering.decide,
    ordering.evolve,
    _order_row,
    order_owed.duties,
    order_owed.notices,
    order.Pass,
    lambda one: dict.fromkeys(each.unit for each in one.addressees),
)
RELEASE = Life(
    "release",
    release.PREFIX,
    release.Release,
    release.decide,
    release.evolve,
    _release_row,
    release.duties,
    release.notices,
)
COMMAND_LIVES = (MEETING, RESOLUTION, HANDLING, HANDOVER, ORDER, RELEASE)
