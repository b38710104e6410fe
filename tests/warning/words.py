"""An alert moved by commands, as a story tells it; the clock is an argument."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode
from hecha.kernel.notices import Notice
from hecha.warning.alert import Alert, Assessment, Kind, Leg, Origin, Task
from hecha.warning.commands import Assess, Command, Notify, Pass, Raise
from hecha.warning.evolving import evolve
from hecha.warning.handling import decide
from hecha.warning.pace import Pace
from hecha.warning.telling import duties, notices

NOON = datetime(2026, 8, 6, 4, 0, tzinfo=UTC)
PROVINCE, CITY, BANK = "pbc/33", "pbc/3303", "bank/X"


@dataclass
class Story:
    """One alert's life: `tells` a command, `passes` time minute by minute as the patrol does."""

    now: datetime = NOON
    alert: Alert | None = None
    facts: list[Fact] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def tells(self, command: Command) -> list[str]:
        """The actions that followed."""
        found = decide(command, self.alert)
        for fact in found:
            self.alert = evolve(self.alert, fact)
            self.notices += notices(fact, self.alert)
        self.facts += found
        return [fact.kind.rpartition(":")[2] for fact in found]

    def passes(self, **span: int) -> list[str]:
        said: list[str] = []
        end = self.now + timedelta(**span)
        while self.now < end:
            self.now += timedelta(minutes=1)
            said += self.tells(Pass(self.now))
        return said

    def owed(self) -> list[tuple[str, str]]:
        """(what, unit) of each open duty."""
        return [(duty.what, duty.unit) for duty in self.duties()]

    def duties(self) -> tuple[Duty, ...]:
        assert self.alert is not None
        return duties(self.alert)

    def raised(self, **more: Any) -> "Story":
        self.tells(typhoon(self.now, **more))
        return self

    def assessed(self, likelihood: int = 4, impact: int = 4, **more: Any) -> "Story":
        self.tells(Assess(judged(self.now, likelihood, impact, **more)))
        return self

    def notified(self, *units: str) -> "Story":
        self.tells(Notify(units or (CITY, BANK), (Task.PREVENT, Task.PREPARE), "leader", PROVINCE, self.now))
        return self


def typhoon(at: datetime, **more: Any) -> Raise:
    """An external event over a city, received by the province's office, its group not yet told."""
    given: dict[str, Any] = {
        "id": "A1",
        "kind": Kind.EVENT,
        "origin": Origin.CAP,
        "cause": "cap/met,1",
        "title": "台风红色预警",
        "nature": "disaster",
        "unit": PROVINCE,
        "at": at,
        "pace": Pace(),
        "areas": (AreaCode("3303"),),
        "severity": 4,
        "began": at + timedelta(hours=6),
        "expected_end": at + timedelta(hours=48),
        "legs": (Leg("3.2.3(2)", PROVINCE, PROVINCE, "group", at + timedelta(hours=2)),),
    }
    return Raise(**given | more)


def anomaly(at: datetime, **more: Any) -> Raise:
    """A measured fault of a front server: the office has it at once."""
    legs = (Leg("3.2.3(1)", PROVINCE, PROVINCE, "office", at, at, "system", "system"),)
    given: dict[str, Any] = {"id": "W1", "kind": Kind.ANOMALY, "origin": Origin.WATCH, "cause": "front/a|front/b"}
    given |= {"title": "", "nature": "hardware", "areas": (), "severity": 0, "began": at, "expected_end": None}
    return typhoon(at, **given | {"legs": legs} | more)


def judged(at: datetime, likelihood: int, impact: int, **more: Any) -> Assessment:
    return Assessment(likelihood, impact, "officer", PROVINCE, at, "路径正对温州", **more)


def measured(at: datetime, likelihood: int, impact: int, level: int | None = 2) -> Assessment:
    return Assessment(likelihood, impact, "system", "", at, "按监测推算", level, at, ("1.4.2.2(2)",), True)
