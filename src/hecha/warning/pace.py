"""The plan's numbers for warnings: local settings, as the regulation only says 及时 and 较大 (3.2.4)."""

from dataclasses import dataclass
from datetime import timedelta

from hecha.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Pace:
    """How long assessing, telling and acknowledging may take; how often a unit is reminded before somebody telephones;
    how long a source must be quiet; and from which scores the units concerned must be told."""

    assess: timedelta = timedelta(minutes=120)
    notify: timedelta = timedelta(minutes=30)
    acknowledge: timedelta = timedelta(minutes=30)
    quiet: timedelta = timedelta(minutes=30)
    chases: int = 3
    likelihood_from: int = 3
    impact_from: int = 3


def pace_of(plan: Plan) -> Pace:
    """The numbers of one plan."""

    def number(name: str) -> int:
        return int(plan.settings[f"warning_{name}"])

    def span(name: str) -> timedelta:
        return timedelta(minutes=number(f"{name}_minutes"))

    return Pace(
        assess=span("assess"),
        notify=span("notify"),
        acknowledge=span("acknowledge"),
        quiet=span("quiet"),
        chases=number("chases"),
        likelihood_from=number("likelihood_from"),
        impact_from=number("impact_from"),
    )
