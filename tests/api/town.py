"""A small town for the desk: two banks, three outlets, an entrance in memory, a movable clock."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from hecha.edges.api.desk import Desk
from hecha.edges.api.memory_entrance import MemoryEntrance
from hecha.edges.clock import MovableClock
from hecha.edges.files.plan_folder import load_plan
from hecha.edges.jobs.batches import BatchWorker
from hecha.edges.jobs.drain import Drain
from hecha.edges.notify.contacts import MemoryContacts
from hecha.edges.notify.desk import NoticeDesk
from hecha.edges.notify.links import Links
from hecha.edges.store.store import Store
from hecha.flow.picture import Picture, State
from hecha.flow.recover import Pace
from hecha.flow.situation import unknown_picture
from hecha.kernel.ids import Access, AreaCode, BankId, Mode, OutletId, UnitId
from hecha.network.expression import parse
from hecha.network.model import Area, AreaKind, Bank, Network, Outlet
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Units
from hecha.verification.outcome import Outcome
from hecha.verification.subject import check_character

MORNING = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)  # 10:00 in Zhejiang
T = TypeVar("T")
WENZHOU_POLICE = "温州市公安局鹿城分局"


def number(serial: int) -> str:
    """A number with a right check character that belongs to nobody."""
    seventeen = f"33030219900101{serial:03}"
    return seventeen + check_character(seventeen)


def network() -> Network:
    areas = [
        Area(AreaCode("33"), "浙江省", AreaKind.PROVINCE),
        Area(AreaCode("3303"), "温州市", AreaKind.CITY, AreaCode("33")),
        Area(AreaCode("330302"), "鹿城区", AreaKind.COUNTY, AreaCode("3303")),
    ]
    banks = [
        Bank(BankId("X"), "甲银行", Access.NATIONAL, "state"),
        Bank(BankId("Y"), "乙银行", Access.NONE, "village"),
    ]
    county = AreaCode("330302")
    outlets = [
        Outlet(OutletId("x1"), "甲银行鹿城支行", BankId("X"), county),
        Outlet(OutletId("x2"), "甲银行五马支行", BankId("X"), county),
        Outlet(OutletId("y1"), "乙银行鹿城支行", BankId("Y"), county),
    ]
    web, core = parse("relay & police"), parse("hq-interconnect & relay & police")
    paths = {
        (Access.NATIONAL, Mode.INTERFACE): core,
        (Access.NATIONAL, Mode.NON_INTERFACE): web,
        (Access.NONE, Mode.NON_INTERFACE): web,
    }
    return Network(
        "town",
        "小城",
        "2026-01-01",
        {area.code: area for area in areas},
        {bank.id: bank for bank in banks},
        {outlet.id: outlet for outlet in outlets},
        paths,
        {WENZHOU_POLICE: AreaCode("3303")},
    )


def clerk(outlet: str) -> Principal:
    return Principal(f"clerk-{outlet}", "柜员", Role.CLERK, UnitId(f"outlet/{outlet}"), OutletId(outlet))


BRANCH = Principal("branch", "支行科员", Role.BRANCH, UnitId("pbc/3303"))
PROVINCE = Principal("province", "省级科员", Role.BRANCH, UnitId("pbc/33"))
AUDITOR = Principal("auditor", "审计员", Role.AUDITOR, UnitId("pbc/33"))
ENGINEER_X = Principal("engineer-x", "技术员", Role.ENGINEER, UnitId("bank/X"))


@dataclass
class Town:
    """`truth` says what the police source would answer by number; unknown people match with photo."""

    store: Store
    truth: dict[str, Outcome] = field(default_factory=dict)
    clock: MovableClock = field(default_factory=lambda: MovableClock(MORNING))
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self.network = network()
        self.entrance = MemoryEntrance(lambda _, n: self.truth.get(n, Outcome.MATCH_PHOTO), self.clock)
        self.picture: Picture = replace(unknown_picture(self.network, self.clock()), outlets_not_up={})
        self.desk = Desk(self.store, self.network, self.entrance, lambda: self.picture, self.clock)
        self.organization = Organization(Units(self.network), load_plan("zhejiang").organization)
        self.notices = NoticeDesk(self.store, Units(self.network), MemoryContacts(), self.clock, Links(self.store.keys))
        self.drain = Drain(self.desk.office, self.pace)
        self.batch_worker = BatchWorker(self.desk.office)

    def run(self, what: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await what

        return asyncio.run(awaited())

    def breaks(self) -> None:
        """The chain is gone for all, and the watch has seen it."""
        self.entrance.down = True
        down = {Mode.INTERFACE: State.DOWN, Mode.NON_INTERFACE: State.DOWN}
        self.picture = replace(self.picture, outlets_not_up=dict.fromkeys(self.network.outlets, down))

    def recovers(self) -> None:
        self.entrance.down = False
        self.picture = replace(self.picture, outlets_not_up={})

    def works(self, seconds: int = 60) -> int:
        """Let the drain work, second by second; returns how many entries it took in hand."""
        return sum(self._second() for _ in range(seconds))

    def _second(self) -> int:
        self.clock.passes(seconds=1)
        return self.run(self.drain.once())


def subject(serial: int, authority: str = "") -> dict[str, str]:
    return {"name": f"测试{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}", "number": number(serial), "card_authority": authority}


def verification(serial: int, **more: Any) -> dict[str, Any]:
    return {"subject": subject(serial), "business": {"type": "01", "reference": "开户"}} | more


def registration(serial: int, **more: Any) -> dict[str, Any]:
    body = verification(serial) | {"contact": {"telephone": "0577-5550100"}, "evidence": "reader"}
    return body | {"voucher": {"number": f"凭证{serial}", "copies": "二号柜"}} | more
