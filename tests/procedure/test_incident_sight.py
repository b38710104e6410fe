"""Who sees an event: those whom it has ever hit, those above them, and everybody where it is everybody's."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hecha.edges.sandbox.accounts import sandbox_principals
from hecha.flow.incident_sight import sees_incident
from hecha.incident.event import Extent, Incident, Reach, Standing
from hecha.organization.principal import Principal, Role
from hecha.organization.sight import Sight
from tests.console import demo

AT = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
CLERK = next(who for who in sandbox_principals(demo.network()) if who.account == "clerk")
PLACE = demo.network().outlets[CLERK.outlet]  # type: ignore[index]
COUNTY, CITY, BANK = str(PLACE.county), str(demo.network().city_of(PLACE.county)), str(PLACE.bank)
ELSEWHERE = next(str(code) for code in demo.network().areas if code.startswith("33") and code[:4] not in ("33", CITY))
UNITS = {
    "clerk": CLERK.unit,
    "bank": f"bank/{BANK}",
    "county": f"pbc/{COUNTY}",
    "city": f"pbc/{CITY}",
    "elsewhere": f"pbc/{ELSEWHERE}",
    "province": "pbc/33",
}
ALL = set(UNITS)
LINE = (f"bank/{BANK}/core",)


def incident(reach: Reach, components: tuple[str, ...] = (), extent: Extent = Extent()) -> Incident:
    words = {"id": "E1", "plan": "p", "plan_version": "1", "revision": "r", "title": "t", "nature": "other"}
    times = {"occurred": AT, "discovered": AT, "opened": AT}
    rest = {"warnings": (), "owner": "pbc/33", "opened_by": "x", "level": 3, "proposed": Standing(3)}
    return Incident(**words, **times, **rest, components=components, extent=extent, reach=reach)  # type: ignore[arg-type]


def seers(one: Incident) -> set[str]:
    people = {name: Principal(name, name, Role.BRANCH, unit) for name, unit in UNITS.items()}  # type: ignore[arg-type]
    return {name for name, who in people.items() if sees_incident(Sight(demo.network(), who), one)}


@pytest.mark.parametrize(
    ("one", "who"),
    [
        (incident(Reach()), ALL),  # entered by a person for the whole province
        (incident(Reach(areas=(CITY,))), ALL - {"elsewhere"}),  # a city is all of its counties
        (incident(Reach(areas=(COUNTY,))), ALL - {"elsewhere"}),
        (incident(Reach(areas=(ELSEWHERE,))), {"elsewhere", "bank", "province"}),
        (incident(Reach((COUNTY,), (), (BANK,)), LINE), ALL - {"elsewhere"}),
        (incident(Reach((COUNTY,), (), ("another",)), ("bank/another/core",)), {"county", "city", "province"}),
        (incident(Reach((ELSEWHERE,)), ("front/a",)), ALL),  # shared parts
        (incident(Reach(), ("bank/another/core",)), {"province"}),
    ],
)
def test_who_sees_an_event(one: Incident, who: set[str]) -> None:
    assert seers(one) == who


def test_whom_it_has_hit_sees_it_still_when_its_outlets_work_again() -> None:
    hit = Extent(areas=(COUNTY, ELSEWHERE), banks=((BANK, COUNTY),))
    before = incident(Reach().and_(hit), LINE, hit)
    after = replace(before, extent=Extent(areas=(ELSEWHERE,)))
    assert seers(after) == seers(before) == ALL
