"""What was declared and planned stands on a page: who, since when, and taken back by those entitled."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.console.test_counter_page import form_with
from tests.console.town import Town


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def post(browser: httpx.Client, what: str, **fields: str) -> httpx.Response:
    form = form_with(browser.get("/declare").text, f"/declare/{what}")
    return browser.post(f"/declare/{what}", data=form | fields)


def declares(town: Town) -> None:
    """The city's branch declares an outage of all outlets of the clerk's county."""
    outlet = town.people["clerk"].outlet
    assert outlet is not None
    county = town.site.network.outlets[outlet].county
    fields = {"area": county, "since": "2026-03-12T08:10", "modes": "interface", "reason": "机房停电", "bank": ""}
    assert post(town.as_("city"), "outage", **fields).status_code == 303


def listed(town: Town, login: str) -> str:
    return town.as_(login).get("/declare").text.split('id="standing"')[1].split('id="calendar"')[0]


def test_a_declaration_says_who_and_since_when_and_is_withdrawn(town: Town) -> None:
    declares(town)
    html = listed(town, "city")
    for word in ("3月12日 08:10", "2 小时 5 分", "中心支行", "机房停电", "接口方式"):
        assert word in html
    assert "申报" in town.as_("province").get("/").text.split('id="faults"')[1]
    browser = town.as_("city")
    form = form_with(browser.get("/declare").text, "/declare/withdraw") | {"reason": "已恢复"}
    assert browser.post("/declare/withdraw", data=form).headers["location"] == "/declare?done=withdraw"
    assert "机房停电" not in listed(town, "city")


def test_who_sees_a_part_of_it_sees_that_part_and_leaves_it_standing(town: Town) -> None:
    declares(town)
    name = re.findall(r'name="declaration" value="(D[\w-]+)"', listed(town, "city"))[0]
    clerk = town.as_("clerk")
    html = clerk.get("/declare").text
    assert "机房停电" in html
    assert "/declare/withdraw" not in html
    assert post(clerk, "outage", declaration=name).status_code == 422  # the form is there, without a mode
    forced = form_with(html, "/declare/outage") | {"declaration": name, "reason": "误报"}
    assert clerk.post("/declare/withdraw", data=forced).status_code == 404
    assert "机房停电" in listed(town, "city")


def test_a_declared_outage_is_marked_where_its_outlets_are_shown(town: Town) -> None:
    declares(town)
    outlet = town.people["clerk"].outlet
    assert outlet is not None
    county = town.site.network.outlets[outlet].county
    for path in (f"/areas/{county}", f"/outlets/{outlet}"):
        assert "申报</span>" in town.as_("city").get(path).text, path
    assert "申报</span>" not in town.as_("city").get("/areas/330302").text or county == "330302"


def test_planned_work_stands_on_the_calendar_and_is_cancelled(town: Town) -> None:
    browser = town.as_("province")
    fields = {"components": "front/a", "begin": "2026-03-12T22:00", "end": "2026-03-13T02:00", "reason": "换电池"}
    assert post(browser, "maintenance", **fields).status_code == 303
    for login in ("province", "engineer", "clerk", "auditor"):
        html = town.as_(login).get("/declare").text
        calendar = html.split('id="calendar"')[1]
        assert "换电池" in calendar
        assert "3月12日 22:00" in calendar
        assert "未开始" in calendar
        assert ("/declare/cancel" in html) == (login == "province")
    form = form_with(browser.get("/declare").text, "/declare/cancel") | {"reason": "改期"}
    assert browser.post("/declare/cancel", data=form).headers["location"] == "/declare?done=cancel"
    assert "换电池" not in browser.get("/declare").text


def test_a_data_error_is_listed_and_withdrawn_by_the_province(town: Town) -> None:
    fields = {"city": "3303", "authority": "police", "accuracy": "43", "since": "2026-03-12T09:00", "basis": "函 12 号"}
    assert post(town.as_("leader"), "data_error", **fields).status_code == 303
    html = town.as_("clerk").get("/declare").text
    assert "准确率 43%" in html
    assert "公安部门" in html
    assert "/declare/withdraw" not in html
    leader = town.as_("leader")
    form = form_with(leader.get("/declare").text, "/declare/withdraw")
    assert leader.post("/declare/withdraw", data=form).status_code == 303
    assert "函 12 号" not in leader.get("/declare").text


def test_who_may_declare_nothing_reads_the_lists(town: Town) -> None:
    html = town.as_("auditor").get("/declare").text
    assert "维护日历" in html
    assert 'action="/declare/' not in html


def test_an_estimate_of_a_declared_outage_stands_beside_it(town: Town) -> None:
    declares(town)
    browser = town.as_("city")
    name = re.findall(r'name="declaration" value="(D[\w-]+)"', listed(town, "city"))[0]
    assert post(browser, "estimate", component=name, until="2026-03-12T15:40").status_code == 303
    assert "3月12日 15:40" in listed(town, "city")
