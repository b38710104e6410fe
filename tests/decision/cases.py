"""A group's day: a movable moment, how the incident stands, and a resolution that is led through its life."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hecha.decision.authority import Deciding
from hecha.decision.deciding import decide, evolve
from hecha.decision.resolution import Command, Consent, Kind, Person, Propose, Resolution, Rules, Telephone
from hecha.decision.standing import Standing
from hecha.kernel.facts import Fact
from hecha.kernel.ids import ClauseId, UnitId

MORNING = datetime(2026, 3, 12, 8, tzinfo=UTC)
PROVINCE = Deciding(ClauseId("4.2.1(1)"), UnitId("pbc/33"), "province", "省分行", UnitId("pbc/33"), "head_office")
COUNTY = Deciding(ClauseId("4.2.1(1)"), UnitId("pbc/330324"), "county", "县支行", UnitId("pbc/330324"), "pbc/3303")
HEAD = Deciding(ClauseId("4.2.1(1)"), UnitId("head_office"), "head_office", "总行", UnitId("pbc/33"))
SERIOUS = Standing("E1", 3, "较大", 1, PROVINCE)
SMALL = Standing("E1", 4, "一般", 0, COUNTY)
GRAVE = Standing("E1", 2, "重大", 2, HEAD)
CALLED = Telephone("leader", "副组长", "0571-10001", "同意启动较大事件应急处置办法")


@dataclass
class Group:
    """`standing` may be changed between commands, as the world changes."""

    standing: Standing = SERIOUS
    at: datetime = MORNING
    state: Resolution | None = None
    facts: list[Fact] = field(default_factory=list)

    def does(self, command: Command) -> list[str]:
        """The actions it led to."""
        found = decide(command, self.state)
        for fact in found:
            self.state = evolve(self.state, fact)
        self.facts.extend(found)
        return [fact.kind.rpartition(":")[2] for fact in found]

    def passes(self, **more: float) -> None:
        self.at += timedelta(**more)

    def proposal(self, kind: Kind = Kind.START, **more: Any) -> Propose:
        unit = more.pop("unit", self.standing.decides.unit)
        who = Person(more.pop("by", "leader"), more.pop("name", "组长"), "group/leader")
        given = {"who": who, "in_area": True, "rules": Rules(), **more}
        return Propose("D1", unit, kind, "短时间内难以修复", self.at, standing=self.standing, **given)

    def consent(self, **more: Any) -> Consent:
        who = Person(more.pop("by", "deputy"), more.pop("name", "副组长"), "group/deputy")
        given = {"who": who, "unit": self.standing.decides.unit, **more}
        return Consent(self.at, standing=self.standing, **given)

    def now(self, **more: Any) -> None:
        self.standing = replace(self.standing, **more)
