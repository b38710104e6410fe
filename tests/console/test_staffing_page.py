"""Who cannot come, as people enter and see it; an event of people shows which posts are left (5.3)."""

import re
from collections.abc import Iterator

import pytest

from hecha.edges.store import ledger
from tests.console import demo
from tests.console.town import Town, token_in

HERE = "pbc/33"
CLEAN_WORD = "隔离"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.shows(demo.calm())
    yield place
    place.close()


def sends(town: Town, login: str, what: str, **fields: str) -> int:
    browser = town.as_(login)
    form = {"csrf": token_in(browser.get("/staffing").text), "unit": HERE} | fields
    return browser.post(f"/staffing/{what}", data=form).status_code


def of(town: Town, login: str) -> str:
    person = town.site.organization.person(town.people[login])
    assert person is not None
    return str(person.id)


def test_a_deputy_fills_two_posts_until_the_leader_is_back(town: Town) -> None:
    who, keeper = of(town, "leader"), town.as_("province")
    before = keeper.get("/staffing").text
    assert "没有人登记不能到岗" in before
    assert sends(town, "province", "away", person=who, why=CLEAN_WORD) == 303
    assert sends(town, "province", "away", person=who) == 422  # away already
    page = keeper.get("/staffing").text
    assert '<span class="tag red">一人顶多岗</span>' in page.split('id="away"')[0]
    assert CLEAN_WORD in page
    with town.store.read() as connection:
        fact = ledger.read(connection, kind="organization:absence:")[-1].fact
    assert fact.data["person"] == who
    assert CLEAN_WORD not in str(fact.data)
    (id,) = re.findall(r'name="id" value="(A\w+)"', page)
    assert sends(town, "province", "back", id=id) == 303
    assert "没有人登记不能到岗" in keeper.get("/staffing").text
    assert sends(town, "province", "back", id=id) == 404


def test_everybody_says_so_for_themselves_and_for_nobody_else(town: Town) -> None:
    assert sends(town, "technology", "away", person=of(town, "technology"), until="2026-03-13T08:00") == 303
    assert sends(town, "technology", "away", person=of(town, "leader")) == 403
    assert sends(town, "clerk", "away", person=of(town, "leader")) in (403, 404)
    assert sends(town, "province", "away", person=of(town, "city")) == 422
    assert sends(town, "province", "away", person=of(town, "settlement"), until="2026-03-01T08:00") == 422
    assert "2026" not in town.as_("county").get(f"/staffing?unit={HERE}").text.split('id="posts"')[0]
    assert 'id="away"' not in town.as_("county").get(f"/staffing?unit={HERE}").text  # their own affair


def test_an_event_of_people_shows_which_units_are_short(town: Town) -> None:
    browser = town.as_("province")
    form = {"csrf": token_in(browser.get("/staffing").text), "title": "疫情", "nature": "public_health", "level": "3"}
    opened = browser.post("/incidents", data=form | {"areas": "3303", "reason": "情况"}).headers["location"]
    assert sends(town, "province", "away", person=of(town, "leader")) == 303
    page = browser.get(opened).text
    assert "岗位能否补上" in page
    assert f"/staffing?unit={HERE}" in page
    other = browser.post("/incidents", data=form | {"nature": "power", "reason": "情况"}).headers["location"]
    assert "岗位能否补上" not in browser.get(other).text
