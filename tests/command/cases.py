"""An order led through its life at a movable moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hecha.command import owed
from hecha.command.addressees import Addressee
from hecha.command.order import (
    Basis,
    Clocks,
    Command,
    Draft,
    InForce,
    Kind,
    Measure,
    Now,
    Order,
    Pass,
    Publish,
    Receive,
    Undo,
)
from hecha.command.ordering import decide, evolve
from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice

MORNING = datetime(2026, 3, 12, 8, tzinfo=UTC)
TECHNOLOGY = Addressee("pbc/33", "4.3.1(3)", "实施技术办法", "technology", True)
WENZHOU = Addressee("pbc/3303", "4.3.1(4)", "组织实施", "", True)
BANK = Addressee("bank/X", "4.3.1(5)", "组织本行处置", "", True)
ALL = (TECHNOLOGY, WENZHOU, BANK)
MEASURES = (Measure("5.1.2", "outage", ("5.1.1(2)", "5.1.1(3)")),)
BASIS = Basis("D1", "pbc/33", "start", 1, True)
NOW = Now(1, "pbc/33", 2, recovered=False, over=False, basis=BASIS)


@dataclass
class Desk:
    at: datetime = MORNING
    state: Order | None = None
    facts: list[Fact] = field(default_factory=list)
    told: list[Notice] = field(default_factory=list)

    def does(self, command: Command) -> list[str]:
        """The actions it led to."""
        found = decide(command, self.state)
        for fact in found:
            self.state = evolve(self.state, fact)
            self.told.extend(owed.notices(fact, self.state))
        self.facts.extend(found)
        return [fact.kind.rpartition(":")[2] for fact in found]

    @property
    def order(self) -> Order:
        assert self.state is not None
        return self.state

    def drafted(self, kind: Kind = Kind.START, **more: Any) -> "Desk":
        given = {
            "unit": "pbc/33",
            "group": "pbc/33",
            "who": "province",
            "resolution": "D1",
            "level": 3,
            "level_zh": "较大",
            "epoch": 1,
            "sequence": 1,
            "clause": "2.1.2.1(4)",
            "text": "启动较大事件应急处置办法。",
            "clocks": Clocks(),
            "measures": MEASURES,
            **more,
        }
        self.does(Draft("O1", "E1", kind=kind, at=self.at, **given))
        return self

    def publishes(self, now: Now = NOW, to: Iterable[Addressee] = ALL, undo: tuple[Undo, ...] = ()) -> list[str]:
        return self.does(Publish(self.at, "settlement", "周处长", now, "浙联核应急令〔2026〕1号", tuple(to), undo))

    def published(self, **more: Any) -> "Desk":
        self.drafted(**more)
        assert self.publishes() == ["published"]
        return self

    def passes(self, *, minutes: float) -> list[str]:
        """Minute by minute, as the patrol looks."""
        done = []
        for _ in range(int(minutes)):
            self.at += timedelta(minutes=1)
            done += self.does(Pass(self.at))
        return done

    def receives(self, one: Addressee, **more: Any) -> list[str]:
        return self.does(Receive(self.at, "someone", "吴主任", one.key, **more))

    def duties(self, unit: str | None = None) -> list[Duty]:
        return [duty for duty in owed.duties(self.order) if unit in (None, duty.unit)]

    def owes(self, unit: str) -> list[str]:
        return [f"{duty.what}{'.' + duty.post if duty.post else ''}" for duty in self.duties(unit)]


def now(**more: Any) -> Now:
    return replace(NOW, **more)


def in_force(group: str, rank: int, sequence: int = 1) -> InForce:
    return InForce("O0", group, rank, sequence)
