"""The incident page and my duties: what each person sees of one event, and what they owe."""

from collections.abc import Iterator

import httpx
import pytest

from hecha.edges.web.pages.incidents import STAGES, joined, stages
from hecha.kernel.facts import Fact
from tests.console import demo
from tests.console.town import Town, token_in


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    yield place
    place.close()


def the_only(town: Town) -> str:
    """The one that was measured."""
    (found,) = [one for one in town.site.procedure.open("incident") if one.warnings]
    return str(found.id)


def test_the_list_and_my_duties_name_the_event(town: Town) -> None:
    for path in ("/incidents", "/duties"):
        html = town.reader("province").get(path).text
        assert "全省网点核查受阻" in html
        assert the_only(town) in html


def test_the_page_says_grade_clause_and_countdown(town: Town) -> None:
    html = town.reader("province").get(f"/incidents/{the_only(town)}").text
    assert "1.4.2.2(2)" in html
    assert "还有 30 小时" in html
    assert "90 个县（市、区），涉及 11 个地市" in html


def test_what_all_share_is_everybodys_event_but_not_the_other_banks(town: Town) -> None:
    own = town.site.network.outlets[town.people["clerk"].outlet].bank  # type: ignore[index]
    html = town.reader("clerk").get(f"/incidents/{the_only(town)}").text
    others = [bank.zh for bank in town.site.network.banks.values() if bank.id != own]
    assert "全省网点核查受阻" in html
    assert not [zh for zh in others if zh in html]


def test_an_owed_estimate_is_a_duty_of_its_owner_alone(town: Town) -> None:
    assert "填报预计恢复时间" in town.reader("province").get("/duties").text
    assert "填报预计恢复时间" not in town.reader("city").get("/duties").text


def test_an_unknown_incident_says_the_way_out(town: Town) -> None:
    answer = town.reader("province").get("/incidents/E0")
    assert answer.status_code == 404
    assert "请从事件列表进入" in answer.text


def test_signing_in_leads_to_my_duties(town: Town) -> None:
    browser = town.as_("city")
    assert browser.get("/sign-in").headers["location"] == "/duties"


@pytest.mark.parametrize(
    ("kinds", "now"),
    [
        (set(), 0),
        ({"incident:event:opened"}, 1),
        ({"incident:event:opened", "report:report:sent", "incident:event:started"}, 3),
    ],
)
def test_the_stage_that_is_due_is_marked(kinds: set[str], now: int) -> None:
    states = [state for _, state in stages(kinds)]
    assert states[now] == "now"
    assert states.count("now") == 1
    assert len(states) == len(STAGES)


def does(town: Town, login: str, path: str, **fields: str) -> httpx.Response:
    """Somebody fills in a form of a page and sends it."""
    browser = town.as_(login)
    token = token_in(browser.get("/duties").text)
    return browser.post(path, data={"csrf": token, **fields})


def test_only_the_leading_unit_confirms_recovery(town: Town) -> None:
    path = f"/incidents/{the_only(town)}/recovery"
    assert does(town, "clerk", path, recovered="2026-03-12T10:00").status_code == 403
    answer = does(town, "leader", path)
    assert answer.status_code == 403
    assert "尚未测得恢复" in answer.text


def test_a_wrong_time_is_named(town: Town) -> None:
    path = f"/incidents/{the_only(town)}/recovery"
    assert "看不懂这个时间" in does(town, "leader", path, recovered="tomorrow").text
    assert "恢复时间晚于现在" in does(town, "leader", path, recovered="2030-01-01T00:00").text


def test_an_event_that_nothing_measures_is_opened_by_hand(town: Town) -> None:
    form = {"title": "备用机房进水", "nature": "environment", "level": "4", "areas": "3303", "reason": "暴雨"}
    answer = does(town, "province", "/incidents", **form)
    assert answer.status_code == 303, answer.text
    page = town.reader("province").get(answer.headers["location"]).text
    assert "备用机房进水" in page
    assert "人民银行温州市中心支行" in page  # the local branch leads an ordinary event
    assert "登记监测不到的突发事件" in town.reader("province").get("/incidents").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"level": "9"}, "没有这个等级"),
        ({"nature": "weather"}, "没有这种性质"),
        ({"areas": "9999"}, "没有这个地区"),
        ({"reason": ""}, "须写明依据"),
        ({"title": ""}, "须写事件名称"),
        ({"occurred": "2030-01-01T00:00"}, "发生时间须带时区且不晚于现在"),
    ],
)
def test_a_wrong_form_opens_nothing(town: Town, wrong: dict[str, str], said: str) -> None:
    before = len(town.site.procedure.open("incident"))
    form = {"title": "某事", "nature": "other", "level": "4", "areas": "3303", "reason": "情况"} | wrong
    assert said in does(town, "province", "/incidents", **form).text
    assert len(town.site.procedure.open("incident")) == before


def test_in_english_the_name_is_english(town: Town) -> None:
    assert "Whole province: outlets are hindered in verifying" in town.reader("province", "en").get("/incidents").text


def test_what_is_owed_by_hundreds_in_one_minute_is_one_line() -> None:
    owed = [Fact("report:report:owed", f"R{n}", demo.START, on_behalf_of=f"bank/{n}") for n in range(275)]
    later = Fact("incident:event:stated", "E1", demo.START, "leader")
    lines = joined([*owed, later])
    assert [(line.first.kind, line.count) for line in lines] == [
        ("report:report:owed", 275),
        ("incident:event:stated", 1),
    ]
    assert len(lines[0].units) == 275
