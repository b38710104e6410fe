"""The rota's page: those who keep the organisation enter turns, others read; a phone subscribes to one's own."""

import re
from collections.abc import Iterator

import icalendar
import pytest

from tests.console import demo
from tests.console.town import Town, token_in

HERE = "pbc/33"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.shows(demo.calm())
    yield place
    place.close()


def enters(town: Town, login: str, person: str, begins: str, ends: str) -> int:
    browser = town.as_(login)
    form = {"csrf": token_in(browser.get("/rota").text), "unit": HERE, "person": person, "begins": begins, "ends": ends}
    return browser.post("/rota/enter", data=form).status_code


def of(town: Town, login: str) -> str:
    person = town.site.organization.person(town.people[login])
    assert person is not None
    return str(person.id)


def test_a_turn_is_entered_shown_and_struck_off(town: Town) -> None:
    who = of(town, "technology")
    assert enters(town, "province", who, "2026-03-12T08:00", "2026-03-12T20:00") == 303
    keeper = town.as_("province")
    page = keeper.get("/rota").text
    assert "现在值班" in page
    assert "沙箱科技处" in page.split('id="turns"')[0]  # on duty now
    assert "无人值班" in page
    assert 'action="/rota/enter"' not in town.as_("clerk").get(f"/rota?unit={HERE}").text
    name = re.findall(r'name="id" value="(D\w+)"', page)[0]
    form = {"csrf": token_in(page), "unit": HERE, "id": name}
    assert keeper.post("/rota/strike", data=form).status_code == 303
    assert "还没有排班" in keeper.get("/rota").text
    assert keeper.post("/rota/strike", data=form).status_code == 404


def test_nobody_else_enters_and_no_stranger_is_entered(town: Town) -> None:
    assert enters(town, "city", of(town, "technology"), "2026-03-13T08:00", "2026-03-13T20:00") in (403, 404)
    assert enters(town, "province", of(town, "city"), "2026-03-13T08:00", "2026-03-13T20:00") == 422
    assert enters(town, "province", of(town, "leader"), "soon", "later") == 422


def test_the_calendar_and_ones_own_by_a_secret_address(town: Town) -> None:
    who = of(town, "settlement")
    assert enters(town, "province", who, "2026-03-14T08:00", "2026-03-14T20:00") == 303
    text = town.as_("province").get(f"/rota.ics?unit={HERE}").text
    assert "沙箱支付结算处" in "".join(one["summary"] for one in icalendar.Calendar.from_ical(text).walk("VEVENT"))
    assert town.browser().get("/rota/own.ics?key=guess").status_code == 404
    assert town.as_("clerk2").get("/rota.ics?unit=pbc/3305").status_code == 404


def test_a_counter_sees_the_rota_of_its_branch(town: Town) -> None:
    browser = town.as_("clerk")
    (branch,) = re.findall(r'class="crumbs"><a href="(/organization/[^"]+)"', browser.get("/rota").text)
    assert "/outlet/" not in branch
    assert browser.get(branch).status_code == 200
