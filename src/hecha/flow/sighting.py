"""A sighting: one cause that is an event now, graded alone, as the procedure is told of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from hecha.incident.event import Extent, Standing
from hecha.incident.extent import affected, banks_hit, extent
from hecha.incident.fit import misfit
from hecha.incident.grade import Grader, Judgement
from hecha.kernel.ids import ComponentId


@dataclass(frozen=True, slots=True)
class Sighting:
    """`warning` is the id of the watched fault (or of the group's judgement, then with its `flag`).

    `event_after` minutes: an outage that ended sooner was no event after all; 0 where duration is not the test."""

    warning: str
    components: tuple[ComponentId, ...]
    nature: str
    declared_by: str
    since: datetime
    discovered: datetime
    estimate: datetime | None
    proposed: Standing
    others: Mapping[str, Standing]
    extent: Extent
    event_after: int
    flag: str = ""


def standing(judgement: Judgement) -> Standing:
    """A judgement as an incident keeps it."""
    fields = {name: value for name, value in asdict(judgement).items() if name != "emergency"}
    return Standing(**fields)


def measured_extent(grader: Grader, level: int | None) -> Extent:
    """Whom the faults on the grader's engine hit now."""
    touched, down = extent(grader), affected(grader)
    branches = grader.availability.branches
    unfit = misfit(grader.plan, level, touched) if level is not None else None
    return Extent(
        areas=touched.areas(),
        data_cities=touched.data_cities,
        banks=tuple((bank, branches.covering(sorted(where)).area) for bank, where in banks_hit(grader).items()),
        lost=touched.lost,
        interface=down["interface"],
        non_interface=down["non_interface"],
        dark=down["both"],
        total=touched.total,
        misfit=unfit.direction if unfit else "",
    )
