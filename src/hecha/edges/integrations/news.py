"""What a gathering of signals says to an alert: the first news of it, and what is more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from hecha.edges.integrations.tokens import Integration
from hecha.edges.procedure.bookkeeping import Ground
from hecha.flow.alert_reach import home_of, leg_for
from hecha.flow.alerts import SYSTEM
from hecha.flow.diagnose import owner_of
from hecha.kernel.ids import AreaCode, ComponentId, UnitId
from hecha.organization.units import HEAD_OFFICE, Units
from hecha.warning.alert import Alert, Kind, Leg
from hecha.warning.commands import Raise, Update
from hecha.warning.pace import pace_of
from hecha.warning.signal import CAUSE_MAX, Gathering, Signal

FLOOD = "告警过多，其余合并在此 too many alerts at once; the rest is gathered here"


class News:
    """Knows the network, the units and the plan."""

    def __init__(self, ground: Ground, units: Units) -> None:
        self._ground, self._network, self._plan, self._units = ground, ground.network, ground.plan, units

    def as_seen_by(self, connection: Connection) -> "News":
        """The same with the tree of units as it stands now."""
        return News(self._ground, self._ground.units_now(connection))

    def first(self, id: str, source: Integration, given: Gathering, at: datetime) -> Raise:
        """The command that opens an alert for a cause."""
        worst = _worst(given.firing)
        is_flood = given.cause.startswith("flood/")
        component = "" if is_flood else given.place.component
        areas = () if is_flood else self._areas(worst, given)
        unit = self._home(source.unit, component, areas, at)
        return Raise(
            id=id,
            kind=worst.kind,
            origin=source.kind,
            cause=given.cause[:CAUSE_MAX],
            title=FLOOD if is_flood else worst.title,
            nature=worst.nature,
            unit=str(unit),
            at=at,
            pace=pace_of(self._plan),
            by=f"integration:{source.name}",
            on_behalf_of=str(source.unit),
            text="" if is_flood else worst.text,
            components=(ComponentId(component),) if component else (),
            areas=areas,
            severity=given.severity,
            likely=worst.likely,
            began=given.begins,
            expected_end=worst.ends if worst.kind is Kind.EVENT else None,
            legs=(self._leg(worst.kind, component, unit, at),),
        )

    def more(self, alert: Alert, given: Gathering, begun: Sequence[Signal], at: datetime) -> Update | None:
        """What an open alert is told: an external event takes its issuer's latest words, an anomaly a graver one."""
        worst = _worst(begun)
        if alert.kind is Kind.EVENT and worst.kind is Kind.EVENT:
            return Update(
                at,
                title=worst.title,
                text=worst.text,
                areas=self._areas(worst, given),
                severity=worst.severity,
                likely=worst.likely,
                began=worst.begins,
                expected_end=worst.ends,
            )
        return Update(at, severity=worst.severity) if worst.severity > alert.severity else None

    def _areas(self, worst: Signal, given: Gathering) -> tuple[AreaCode, ...]:
        named = [*worst.areas, AreaCode(given.place.area)]
        return tuple(dict.fromkeys(code for code in named if code in self._network.areas))

    def _home(self, own: UnitId, component: str, areas: tuple[AreaCode, ...], at: datetime) -> UnitId:
        """Whose office assesses it: of the areas it is about, else of who owns the component, else whose monitor."""
        if areas:
            return home_of(self._units, areas, own, at)
        owner = owner_of(self._network, ComponentId(component)) if component else own
        return own if owner == HEAD_OFFICE else self._units.local_branch(owner, at)

    def _leg(self, kind: Kind, component: str, unit: UnitId, at: datetime) -> Leg:
        """An anomaly is told by being heard: by the bank whose part it is, else by the branch's staff. What happens
        outside the office has to bring before its group."""
        if kind is Kind.EVENT:
            return leg_for(self._plan, self._units, kind, unit, at)
        owner = owner_of(self._network, ComponentId(component)) if component else unit
        sender = owner if owner.startswith("bank/") else unit
        return leg_for(self._plan, self._units, kind, sender, at, SYSTEM, SYSTEM)


def _worst(signals: Sequence[Signal]) -> Signal:
    return max(signals, key=lambda one: one.severity)
