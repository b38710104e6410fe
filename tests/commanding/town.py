"""A province with branches and people in their posts, for stories of deciding and commanding. The clock is moved.

    async with opened(tmp_path) as town:
        await town.happens(level=4, areas=["330302"])
        await town.as_("pbc/330302", "leader").proposes("start")
        assert town.order().is_in_force …

Incidents are opened and graded as the watch would; everything else is asked for by people with posts.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from hecha.command.order import Order
from hecha.decision.meeting import Meeting
from hecha.decision.resolution import Resolution
from hecha.edges.clock import MovableClock
from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.desk import ProcedureDesk
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.edges.store.writer import Tx
from hecha.flow.command import asking, asking_orders
from hecha.flow.life import Act
from hecha.incident.commands import ConfirmRecovery, Open, ProposeRecovery, Regrade
from hecha.incident.event import Extent, Incident, Standing
from hecha.kernel.ids import Access, AreaCode, BankId, OutletId, UnitId
from hecha.kernel.notices import Notice
from hecha.network.branches import Branches
from hecha.network.model import Area, AreaKind, Bank, Network, Outlet
from hecha.organization.organization import Organization
from hecha.organization.people import Person, PersonId, Seat
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Units
from hecha.plan.model import Plan
from hecha.plan.posts import Body, Department, SeatRole
from tests.detection.town import MORNING

POSTS = {
    "leader": ("组长", Body.GROUP, SeatRole.LEADER, Department.LEADERSHIP, Role.LEADER),
    "deputy": ("副组长", Body.GROUP, SeatRole.DEPUTY, Department.TECHNOLOGY, Role.LEADER),
    "office": ("办公室主任", Body.OFFICE, SeatRole.LEADER, Department.CREDIT, Role.BRANCH),
    "settlement": ("支付结算", Body.GROUP, SeatRole.MEMBER, Department.SETTLEMENT, Role.BRANCH),
    "technology": ("科技", Body.GROUP, SeatRole.MEMBER, Department.TECHNOLOGY, Role.BRANCH),
    "credit": ("征信", Body.GROUP, SeatRole.MEMBER, Department.CREDIT, Role.BRANCH),
}
ROOMS = ("meeting", "resolution", "order", "release", "handover")
省, 甲市, 甲一县, 甲二县, 乙市, 乙一县 = (
    "pbc/33",
    "pbc/3302",
    "pbc/330201",
    "pbc/330202",
    "pbc/3303",
    "pbc/330301",
)
杭县 = "pbc/330101"


def province() -> Network:
    """杭市 has no branch of its own; 甲市 has two counties with branches and a district without; 乙市 one county."""
    areas = [
        Area(AreaCode("33"), "浙江省", AreaKind.PROVINCE, None, "", 省),
        Area(AreaCode("3301"), "杭市", AreaKind.CITY, AreaCode("33")),
        Area(AreaCode("330101"), "杭县", AreaKind.COUNTY, AreaCode("3301"), "", 杭县),
        Area(AreaCode("330102"), "杭区", AreaKind.COUNTY, AreaCode("3301")),
        Area(AreaCode("3302"), "甲市", AreaKind.CITY, AreaCode("33"), "", 甲市),
        Area(AreaCode("330201"), "甲一县", AreaKind.COUNTY, AreaCode("3302"), "", 甲一县),
        Area(AreaCode("330202"), "甲二县", AreaKind.COUNTY, AreaCode("3302"), "", 甲二县),
        Area(AreaCode("330203"), "甲区", AreaKind.COUNTY, AreaCode("3302")),
        Area(AreaCode("3303"), "乙市", AreaKind.CITY, AreaCode("33"), "", 乙市),
        Area(AreaCode("330301"), "乙一县", AreaKind.COUNTY, AreaCode("3303"), "", 乙一县),
    ]
    outlets = [
        (f"{bank.lower()}{county}", bank, county)
        for bank, counties in {
            "X": ["330101", "330102", "330201", "330202", "330203", "330301"],
            "Y": ["330201", "330202"],
            "Z": ["330301"],
        }.items()
        for county in counties
    ]
    access = {"X": Access.NATIONAL, "Y": Access.LOCAL, "Z": Access.NONE}
    return Network(
        name="branched",
        zh="小省",
        revision="2026-01-01",
        areas={area.code: area for area in areas},
        banks={BankId(name): Bank(BankId(name), f"{name}银行", one) for name, one in access.items()},
        outlets={OutletId(o): Outlet(OutletId(o), o, BankId(bank), AreaCode(county)) for o, bank, county in outlets},
        paths=load_network("zhejiang").paths,
    )


def staffed(network: Network, plan: Plan) -> Organization:
    """Everybody in every unit: `pbc/33`'s leader signs in as `pbc.33.leader`."""
    units, people, seats = Units(network), {}, []
    for unit in units.all():
        for post, (name, body, role, department, _) in POSTS.items():
            account = f"{unit.replace('/', '.')}.{post}"
            person = Person(PersonId(account), f"{units.zh(unit)}{name}", unit, department, account, "0000-1", "0000-2")
            people[person.id] = person
            seats.append(Seat(unit, body, role, department, person.id))
    return Organization(units, plan.organization, people, tuple(seats))


@dataclass(frozen=True)
class Who:
    """Somebody in a post of a unit, at work."""

    town: "Town"
    principal: Principal

    async def does(self, ask: Any, **given: Any) -> Any:
        self.town.clock.passes(seconds=1)  # nobody is faster
        return await self.town.desk.do(self.principal, ask, **given)

    async def proposes(self, kind: str, incident: str = "E1", **given: Any) -> Resolution:
        name = f"D{next(self.town.numbers)}"
        words = {"reason": "短时间内难以修复", "name": name, **given}
        done: Resolution = await self.does(asking.proposed, incident=incident, kind=kind, **words)
        return done

    async def consents(self, resolution: Resolution | str = "") -> Resolution:
        name = resolution if isinstance(resolution, str) else resolution.id
        done: Resolution = await self.does(asking.consented, name=name or self.town.resolution().id)
        return done

    async def publishes(self, order: str = "") -> Order:
        done: Order = await self.does(asking_orders.published, name=order or self.town.draft().id)
        return done

    async def receives(self, order: str = "", **given: Any) -> Order:
        done: Order = await self.does(asking_orders.received, name=order or self.town.in_force().id, **given)
        return done


@dataclass
class Town:
    network: Network
    clock: MovableClock
    store: Store
    organization: Organization
    notices: list[Notice] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        plan = load_plan("zhejiang")
        ground = Ground(self.network, Branches(self.network), (plan,))
        self.plan = plan
        self.procedure = Procedure(self.store, ground, self._announce, self.clock, lambda: None)
        self.desk = ProcedureDesk(self.procedure, lambda connection: self.organization)

    def _announce(self, tx: Tx, notice: Notice) -> None:
        self.notices.append(notice)

    def as_(self, unit: str, post: str) -> Who:
        account = f"{unit.replace('/', '.')}.{post}"
        name = self.organization.people[PersonId(account)].name
        return Who(self, Principal(account, name, POSTS[post][4], UnitId(unit)))

    # what happens

    async def happens(
        self, level: int = 4, areas: list[str] | None = None, banks: list[str] | None = None, name: str = "E1"
    ) -> Incident:
        """An incident is opened, as the watch would."""
        now = self.clock()
        command = Open(
            id=name,
            plan="zhejiang",
            plan_version="1",
            revision="2026-01-01",
            title="部分网点核查受阻",
            warnings=("W1",),
            components=("front/a",),
            nature="hardware",
            owner=省,
            unit=省,
            occurred=now - timedelta(hours=9),
            discovered=now - timedelta(hours=9),
            proposed=measured(level),
            extent=extent(areas or ["330201"], banks or ["X"]),
            others={},
            event_after=481,
            at=now,
        )
        done: Incident = await self.procedure.do(Act("incident", name, command))
        return done

    async def becomes(
        self, level: int, areas: list[str] | None = None, banks: list[str] | None = None, name: str = "E1"
    ) -> Incident:
        """The watch grades it anew."""
        before = self.incident(name)
        self.clock.passes(seconds=1)
        where = extent(areas or list(before.extent.areas), banks or [bank for bank, _ in before.extent.banks])
        command = Regrade(measured(level), where, {}, before.components, None, before.unit, self.clock())
        done: Incident = await self.procedure.do(Act("incident", name, command))
        return done

    async def recovers(self, name: str = "E1", lasted: timedelta | None = None) -> Incident:
        """It works again, and the office confirms it."""
        now, before = self.clock(), self.incident(name)
        when = before.occurred + lasted if lasted is not None else now
        await self.procedure.do(Act("incident", name, ProposeRecovery(when, now)))
        done: Incident = await self.procedure.do(
            Act("incident", name, ConfirmRecovery(when, now, "office", before.unit))
        )
        return done

    async def fails_again(self, name: str = "E1") -> Incident:
        done: Incident = await self.procedure.do(Act("incident", name, ProposeRecovery(None, self.clock())))
        return done

    async def passes(self, minutes: float) -> None:
        """Time goes by; the patrol looks each minute."""
        for _ in range(int(minutes)):
            self.clock.passes(seconds=60)
            await self.procedure.patrol()

    # what is seen

    def incident(self, name: str = "E1") -> Incident:
        found: Incident = self.procedure.state("incident", name)
        return found

    def orders(self, name: str = "E1") -> list[Order]:
        return list(self.procedure.of(name, "order"))

    def in_force(self, name: str = "E1") -> Order:
        (found,) = [one for one in self.orders(name) if one.is_in_force]
        return found

    def draft(self, name: str = "E1") -> Order:
        return [one for one in self.orders(name) if one.phase == "drafted"][-1]

    def resolution(self, name: str = "E1") -> Resolution:
        """The latest one."""
        return list(self.procedure.of(name, "resolution"))[-1]

    def meetings(self, name: str = "E1") -> list[Meeting]:
        return list(self.procedure.of(name, "meeting"))

    def meets(self, name: str = "E1") -> list[tuple[str, str]]:
        """The open meetings: unit and why."""
        return [(one.unit, one.because) for one in self.meetings(name) if one.phase != "closed"]

    def owed(self, unit: str) -> list[str]:
        """What a unit owes of deciding and commanding, with the post that owes it."""
        here = [one for one in self.procedure.duties([unit]) if one.what.partition(".")[0] in ROOMS]
        return sorted(f"{one.what}{'.' + one.post if one.post else ''}" for one in here)

    def told(self, what: str) -> list[str]:
        return [one.unit for one in self.notices if one.what == what]

    def facts(self, name: str = "E1") -> list[str]:
        return [one.fact.kind for one in self.procedure.timeline(name)]


def measured(level: int | None) -> Standing:
    clauses = {1: "1.4.2.1(1)", 2: "1.4.2.2(2)", 3: "1.4.2.3(1)", 4: "1.4.2.4(1)"}
    if level is None:
        return Standing()
    return Standing(level, (clauses[level],), (clauses[level],), ("1.4.1(3)",), (("outage", level),))


def extent(areas: list[str], banks: list[str]) -> Extent:
    return Extent(areas=tuple(areas), banks=tuple((bank, areas[0]) for bank in banks), dark=3, total=8)


@asynccontextmanager
async def opened(folder: Path, network: Network | None = None, at: datetime = MORNING) -> AsyncIterator[Town]:
    here = network or province()
    store = Store(f"sqlite:///{folder / 'hecha.db'}", fresh_keys())
    try:
        yield Town(here, MovableClock(at), store, staffed(here, load_plan("zhejiang")))
    finally:
        store.close()
