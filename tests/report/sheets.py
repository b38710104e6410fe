"""Reports for tests: a bank's, a county's, the province's, with what they say filled in or left out."""

import json
from datetime import UTC, datetime, timedelta

from hecha.kernel.facts import Fact
from hecha.report.commands import Command, Owe
from hecha.report.content import ITEMS, Content, Judged, Kind, Measured, Source
from hecha.report.legs import Leg
from hecha.report.lifecycle import decide, evolve
from hecha.report.model import Report

START = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
PROMPTLY, AT_ONCE = (120, 720, 120), (30, 720, 120)
COUNTY, CITY, PROVINCE, HEAD_OFFICE = "pbc/330381", "pbc/3303", "pbc/33", "head_office"
BANK, ITS_SUPERIOR = "bank/icbc/330381", "bank/icbc/3303"
SAID = {
    "nature": "network",
    "command": "本单位领导小组",
    "handling": "先登记，后补核",
    "repair": "正在抢修",
    "help": "no",
    "apply": "no",
}


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def leg(to: str, minutes: tuple[int, int, int] = PROMPTLY, clause: str = "4.1.2.1") -> Leg:
    return Leg(to, clause, "及时" if minutes == PROMPTLY else "立即", *minutes)


def owe(unit: str = BANK, *legs: Leg, kind: Kind = Kind.FIRST, minutes: int = 0, **more: object) -> Owe:
    """Owed at so many minutes after the start."""
    at = after(minutes)
    found = legs or (leg(COUNTY), leg(ITS_SUPERIOR))
    fields = {"serial": 1, "level": 4, "since": at, "at": at} | more
    return Owe(id="R-E1-x-1", incident="E1", unit=unit, plan="zhejiang", kind=kind, legs=found, **fields)  # type: ignore[arg-type]


def full(said: dict[str, str] = SAID, without: tuple[str, ...] = (), at: datetime = START) -> Content:
    """A content in which all is measured and these judgements are made, but for what is left out."""
    measured = {item.id: Measured(at, "1") for item in ITEMS if item.source is Source.MEASURED}
    judged = {name: Judged(value, "zhang", at) for name, value in said.items()}
    return Content(
        {name: one for name, one in measured.items() if name not in without},
        {name: one for name, one in judged.items() if name not in without},
    )


class Life:
    """A report that commands are given to; `facts` are all that have come of it."""

    def __init__(self, *commands: Command) -> None:
        self.state: Report | None = None
        self.facts: list[Fact] = []
        for command in commands:
            self.do(command)

    @property
    def now(self) -> Report:
        assert self.state is not None
        return self.state

    def do(self, command: Command) -> list[str]:
        """The actions of the facts that follow."""
        found = decide(command, self.state)
        for fact in found:
            self.state = evolve(self.state, fact)
        self.facts += found
        return [fact.kind.rpartition(":")[2] for fact in found]

    def replayed(self) -> Report | None:
        """The state again, from the facts as JSON would carry them."""
        state = None
        for fact in self.facts:
            data = json.loads(json.dumps(dict(fact.data)))
            state = evolve(state, Fact(fact.kind, fact.subject, fact.at, fact.by, fact.on_behalf_of, fact.clause, data))
        return state
