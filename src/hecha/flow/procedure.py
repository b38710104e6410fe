"""The lives of the procedure (chapters 3.2 to 5.4), by kind. A room that has one adds a line here."""

from collections.abc import Mapping

from hecha.flow.alerting import ALERT
from hecha.flow.command.lives import COMMAND_LIVES
from hecha.flow.evaluating import REVIEW
from hecha.flow.life import Life, Row
from hecha.flow.reporting import REPORT
from hecha.flow.responding import RECOVERY, RUN
from hecha.incident import lifecycle, owing
from hecha.incident.event import PREFIX, Incident


def _incident_row(one: Incident) -> Row:
    return Row(one.id, one.unit, one.phase.value, one.opened, one.closed)


INCIDENT = Life(
    "incident",
    PREFIX,
    Incident,
    lifecycle.decide,
    lifecycle.evolve,
    _incident_row,
    owing.duties,
    owing.notices,
)

_ALL = (ALERT, INCIDENT, REPORT, *COMMAND_LIVES, RUN, RECOVERY, REVIEW)
LIVES: Mapping[str, Life] = {one.kind: one for one in _ALL}
