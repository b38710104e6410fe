"""A small staff for tests: people who hold posts, their account being their id."""

from datetime import UTC, datetime

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.kernel.ids import UnitId
from hecha.organization.organization import Organization
from hecha.organization.people import Person, PersonId, Seat
from hecha.organization.principal import Principal, Role
from hecha.organization.units import Term, Units
from hecha.plan.posts import Body, Department, SeatRole

NETWORK, RULES = load_network("zhejiang"), load_plan("zhejiang").organization
NOW = datetime(2026, 3, 12, 2, 15, tzinfo=UTC)


def organization(
    *seats: Seat, people: tuple[Person, ...] = (), terms: dict[UnitId, tuple[Term, ...]] | None = None
) -> Organization:
    """Everybody who sits somewhere, and more people."""
    seated = {seat.person: person(seat.person, seat.unit, seat.department) for seat in reversed(seats)}
    seated |= {one.id: one for one in people}
    return Organization(Units(NETWORK, terms or {}), RULES, seated, seats)


def person(id: str, unit: str, department: str = "settlement") -> Person:
    """The account is the id."""
    return Person(PersonId(id), f"{id}某", UnitId(unit), Department(department), account=id)


def seat(who: str, unit: str, post: str, department: str, *, substitute: bool = False, since: datetime | None = None,
         until: datetime | None = None) -> Seat:  # fmt: skip
    """`post`: group/leader …"""
    body, role = post.split("/")
    return Seat(
        UnitId(unit), Body(body), SeatRole(role), Department(department), PersonId(who), substitute, since, until
    )


def principal(account: str, unit: str, role: Role = Role.BRANCH) -> Principal:
    return Principal(account, account, role, UnitId(unit))


def whole(unit: str) -> tuple[Seat, ...]:
    """Every prescribed post of a unit, each filled by somebody of its own."""
    level = Units(NETWORK).level(UnitId(unit))
    assert level is not None
    return tuple(
        seat(f"{unit}:{rule.body}-{rule.role}-{rule.department}", unit, f"{rule.body}/{rule.role}", rule.department)
        for rule in RULES.prescribed(level)
    )
