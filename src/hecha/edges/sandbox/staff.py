"""The sandbox's staff: every unit's prescribed posts filled with invented people. The same network, the same people.

Their telephones cannot be anybody's: no local number begins with 00, no mobile number with 100.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from hecha.edges.organization import tables
from hecha.edges.organization.edits import TABLES, row_of
from hecha.edges.organization.roster import changed
from hecha.edges.sandbox.accounts import POSTS, sandbox_principals
from hecha.edges.sandbox.population_names import name_of
from hecha.edges.store.writer import Tx
from hecha.kernel.facts import Fact
from hecha.kernel.ids import AreaCode, UnitId
from hecha.network.model import Network
from hecha.organization.people import Expert, Numbers, Person, PersonId, Seat
from hecha.organization.principal import Principal
from hecha.organization.sheets import Item
from hecha.organization.units import HEAD_OFFICE, Units
from hecha.plan.posts import Body, Department, OrganizationRules, PostRule, SeatRole, UnitLevel

DIALLING: Mapping[str, str] = {
    "3301": "0571", "3302": "0574", "3303": "0577", "3304": "0573", "3305": "0572", "3306": "0575",
    "3307": "0579", "3308": "0570", "3309": "0580", "3310": "0576", "3311": "0578",
}  # fmt: skip
EXPERTS = ("网间互联综合前置", "通信网络", "数据库", "公民身份信息数据", "支付结算业务", "征信业务", "机房电源与环境")
STANDS_BY: Mapping[tuple[str, str], tuple[str, str]] = {
    ("group/leader", "leadership"): ("group/deputy", "settlement"),
    ("office/leader", "settlement"): ("office/deputy", "technology"),
}
"""AB 角: who of the same unit stands by for a post."""
_BUSINESS = (Department.SETTLEMENT, Department.PERSONAL_FINANCE)
Post = tuple[str, str]
"""A seat and its department: `("group/deputy", "settlement")`."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """Makes the staff of one network."""

    network: Network
    units: Units
    rules: OrganizationRules

    def everybody(self, units: Iterable[UnitId] | None = None) -> list[Item]:
        """People, seats and numbers of these units (default: of every one), and the experts."""
        wanted = None if units is None else frozenset(units)
        owners: dict[UnitId, dict[Post, Principal]] = defaultdict(dict)
        for who in sandbox_principals(self.network):
            if who.account in POSTS:
                owners[who.unit][POSTS[who.account]] = who
        found: list[Item] = []
        for nth, unit in enumerate(self.units.all(), 1):
            if wanted is None or unit in wanted:
                found += self._unit(unit, nth, owners.get(unit, {}))
        return [*found, *self._experts()]

    def _unit(self, unit: UnitId, nth: int, owners: Mapping[Post, Principal]) -> Iterator[Item]:
        line = f"{self._dialling(unit)}-00{nth:05}"
        yield Numbers(unit, f"{line}0", f"{line}9", f"{line}8")
        level = self.units.level(unit)
        colleagues: dict[str, list[PostRule]] = defaultdict(list)
        for rule in self.rules.prescribed(level) if level is not None else ():
            colleagues[_colleague(level, rule)].append(rule)
        people: dict[Post, PersonId] = {}
        for place, rules in enumerate(colleagues.values()):
            person = _person(unit, nth, place, rules, owners, line)
            yield person
            people |= {_post(rule): person.id for rule in rules}
        yield from _seats(unit, people)

    def _dialling(self, unit: UnitId) -> str:
        """The city's area code; the province's capital's for what is in no city."""
        area = self.units.area(unit)
        while area is not None and self.network.areas[area].kind != "city":
            area = self.network.areas[area].parent
        return DIALLING.get(area or AreaCode("3301"), "0000")

    def _experts(self) -> Iterator[Expert]:
        top = self.units.central()[1]
        for nth, field in enumerate(EXPERTS):
            yield Expert(_name(f"expert {nth}"), field, f"100{nth:08}", top)


def _colleague(level: UnitLevel | None, rule: PostRule) -> str:
    """Who takes a post: somebody of their own; in small branches one person takes several."""
    if level is UnitLevel.COUNTY:
        return f"{rule.department} {rule.role is SeatRole.MEMBER}"
    if level is UnitLevel.BANK_COUNTY and rule.role is not SeatRole.LEADER:
        return "business" if rule.department in _BUSINESS else "technical"
    return f"{rule.body} {rule.role} {rule.department}"


def _person(
    unit: UnitId, nth: int, place: int, rules: list[PostRule], owners: Mapping[Post, Principal], line: str
) -> Person:
    owner = next((owners[post] for post in map(_post, rules) if post in owners), None)
    number = nth * 20 + place
    return Person(
        PersonId(f"P{number:06}"),
        owner.name if owner is not None else _name(f"{unit} {place}"),
        unit,
        rules[0].department,
        account=owner.account if owner is not None else "",
        day=f"{line}转80{place:02}",
        mobile=f"100{number:08}",
    )


def _seats(unit: UnitId, people: Mapping[Post, PersonId]) -> Iterator[Seat]:
    for (seat, department), person in people.items():
        yield _seat(unit, seat, department, person)
    for post, other in STANDS_BY.items():
        if post in people and other in people and people[post] != people[other]:
            yield _seat(unit, *post, people[other], substitute=True)


def _seat(unit: UnitId, seat: str, department: str, person: PersonId, *, substitute: bool = False) -> Seat:
    body, role = seat.split("/")
    return Seat(unit, Body(body), SeatRole(role), Department(department), person, substitute)


def _post(rule: PostRule) -> Post:
    return f"{rule.body}/{rule.role}", str(rule.department)


def _name(of: str) -> str:
    chance = int.from_bytes(hashlib.sha256(of.encode()).digest()[:8], "big")
    return name_of(chance, "男" if chance % 2 else "女")


def move_in(tx: Tx, staff: list[Item], at: datetime) -> int:
    """Fill an empty organisation, in one transaction; one that knows anybody is left alone. How many items came."""
    if tx.connection.execute(select(tables.people.c.id).limit(1)).first() is not None:
        return 0
    for kind, table in TABLES.items():
        rows = [row_of(item) for item in staff if isinstance(item, kind)]
        if rows:
            tx.connection.execute(insert(table), rows)
    tx.record(Fact("organization:sandbox:staffed", str(HEAD_OFFICE), at, data={"items": len(staff)}))
    changed(tx)
    return len(staff)
