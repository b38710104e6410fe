"""The pages of warnings: entered in seconds, told, assessed, notified, acknowledged, lifted; each sees their own."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hecha.warning.alert import Alert, Phase
from tests.console import demo
from tests.console.alerts import enters, hears, measures, posts, typhoon
from tests.console.town import Town

ALL_TASKS = ["prevent", "watch", "prepare"]


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def state(town: Town, name: str) -> Alert:
    found: Alert = town.site.procedure.state("alert", name)
    return found


def assessed(town: Town, name: str, login: str = "province") -> None:
    answer = posts(town.as_(login), name, "assessment", likelihood="4", impact="4", level="2", reason="路径正对温州")
    assert answer.status_code == 303, answer.text


def test_a_typhoon_is_entered_in_seconds_and_told_to_the_group(town: Town) -> None:
    name = typhoon(town, origin="telephone", caller="省气象局值班员", received="2026-03-12T10:05")
    html = town.as_("province").get(f"/warnings/{name}").text
    for word in ("台风红色预警", "外部事件", "3.2.3(2)", "省气象局值班员", "3月12日 10:05", "温州", "台州"):
        assert word in html, word
    alert = state(town, name)
    assert (alert.legs[0].medium, alert.legs[0].post) == ("telephone", "group")
    listed = town.as_("leader").get("/warnings").text
    assert "台风红色预警" in listed
    assert "待评估" in listed


def test_the_whole_way_of_a_typhoon(town: Town) -> None:
    name = typhoon(town)
    assessed(town, name)
    office = town.as_("province")
    assert "领导小组应通知有关单位" in office.get(f"/warnings/{name}").text
    given = {"groups": ["branches"], "tasks": ALL_TASKS, "text": "今夜登陆", "consent": "组长，电话"}
    told = posts(office, name, "notification", **given)
    assert told.status_code == 303, told.text
    alert = state(town, name)
    called = {call.unit for call in alert.calls}
    assert {"pbc/3303", "pbc/3310"} <= called
    assert not {unit for unit in called if unit.startswith("bank/")}
    # a city acknowledges by a named person; another by telephone
    city = town.people["city"].unit
    if city not in called:
        more = posts(office, name, "notification", units=[city], tasks=ALL_TASKS, consent="组长，电话")
        assert more.status_code == 303
    browser = town.as_("city")
    assert "请签收" in browser.get(f"/warnings/{name}").text
    assert "待本单位签收" in browser.get("/warnings").text
    assert posts(browser, name, "acknowledgement").status_code == 303
    other = next(unit for unit in ("pbc/3303", "pbc/3310") if unit != city)
    by_phone = posts(office, name, "acknowledgement", unit=other, person="林值班")
    assert by_phone.status_code == 303, by_phone.text
    calls = {call.unit: call for call in state(town, name).calls}
    assert (calls[city].person, calls[city].medium) == (town.people["city"].name, "page")
    assert (calls[other].person, calls[other].medium) == ("林值班", "telephone")
    assert posts(office, name, "lifting", reason="台风转向").status_code == 303
    assert state(town, name).phase is Phase.LIFTED
    listed = office.get("/warnings").text
    assert "台风红色预警" not in listed
    assert "台风红色预警" in office.get("/warnings?show=all").text


def test_an_acknowledgement_answers_the_notice_and_the_other_way_round(town: Town) -> None:
    name = typhoon(town)
    assessed(town, name)
    units = ["pbc/3303", town.people["city"].unit, town.people["county"].unit]
    answer = posts(town.as_("leader"), name, "notification", units=units, tasks=ALL_TASKS)
    assert answer.status_code == 303, answer.text
    city, county = town.as_("city"), town.as_("county")
    assert "预警通知" in city.get("/inbox?view=waiting").text
    posts(city, name, "acknowledgement")
    assert "预警通知" not in city.get("/inbox?view=waiting").text
    assert "预警通知" in county.get("/inbox?view=waiting").text


def test_the_office_needs_the_groups_consent_and_the_group_does_not(town: Town) -> None:
    name = typhoon(town)
    assessed(town, name)
    refused = posts(town.as_("province"), name, "notification", groups=["branches"], tasks=ALL_TASKS, consent="")
    assert refused.status_code == 403
    assert "3.2.4" in refused.text
    assert "consent" not in town.as_("leader").get(f"/warnings/{name}").text
    assert posts(town.as_("leader"), name, "notification", groups=["branches"], tasks=ALL_TASKS).status_code == 303


@pytest.mark.parametrize("login", ["clerk", "engineer", "auditor", "county"])
def test_who_does_not_assess_it_is_refused_and_sees_no_form(town: Town, login: str) -> None:
    name = measures(town)
    browser = town.as_(login)
    html = browser.get(f"/warnings/{name}").text
    assert "/assessment" not in html
    csrf = html.split('name="csrf" value="')[1].split('"')[0]
    fields = {"csrf": csrf, "likelihood": "5", "impact": "5", "reason": "x"}
    answer = browser.post(f"/warnings/{name}/assessment", data=fields)
    assert answer.status_code == 403
    assert len(state(town, name).assessments) == 1


def test_a_measured_fault_shows_its_countdown_and_the_form_is_filled_in(town: Town) -> None:
    name = measures(town)
    html = town.as_("province").get(f"/warnings/{name}").text
    assert "还有 5 小时 56 分" in html
    assert "测算" in html
    assert re.search(r'name="impact">.*?value="5" selected', html, re.S)
    listed = town.as_("clerk").get("/warnings").text  # what all share is everybody's
    assert "综合前置" in listed
    assert "3 × 5" in listed


def test_a_monitors_news_counts_and_says_that_it_changes_nothing(town: Town) -> None:
    name = hears(town, 7, hecha_component="relay")
    html = town.as_("province").get(f"/warnings/{name}").text
    assert "收到 7 条，未恢复 7 条" in html
    assert "不改变测得的状态和等级" in html
    assert "/declare" in html


def test_a_bank_tells_the_local_branch_of_its_own_anomaly(town: Town) -> None:
    answer = enters(town, "engineer", kind="anomaly", nature="power", title="机房市电中断", severity="3")
    assert answer.status_code == 303, answer.text
    alert = state(town, answer.headers["location"].rpartition("/")[2])
    leg = alert.legs[0]
    assert (leg.clause, leg.sender, leg.post) == ("3.2.3(3)", town.people["engineer"].unit, "group")
    assert alert.unit == leg.receiver
    assert "机房市电中断" in town.as_("province").get("/warnings").text
    assert "机房市电中断" not in town.as_("clerk2").get("/warnings").text  # another bank's


def test_nobody_sees_another_institutions_warning(town: Town) -> None:
    answer = enters(town, "engineer", kind="anomaly", nature="power", title="机房市电中断")
    name = answer.headers["location"].rpartition("/")[2]
    browser = town.as_("clerk2")
    assert browser.get(f"/warnings/{name}").status_code == 404
    csrf = browser.get("/warnings").text.split('name="csrf" value="')[1].split('"')[0]
    assert browser.post(f"/warnings/{name}/lifting", data={"csrf": csrf, "reason": "x"}).status_code == 404


def test_who_was_told_sees_its_own_acknowledgement_only(town: Town) -> None:
    name = typhoon(town)
    assessed(town, name)
    units = [town.people["engineer"].unit, "pbc/3303", "pbc/3310"]
    posts(town.as_("leader"), name, "notification", units=units, tasks=ALL_TASKS)
    html = town.as_("engineer").get(f"/warnings/{name}").text
    assert "已签收 0 / 1" in html
    assert "已签收 0 / 3" in town.as_("province").get(f"/warnings/{name}").text


def test_a_fault_that_stands_offers_no_lifting(town: Town) -> None:
    name = measures(town)
    assert "/lifting" not in town.as_("leader").get(f"/warnings/{name}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "没有写明是什么"),
        ({"nature": "hardware"}, "没有这种性质"),
        ({"areas": ["99"]}, "没有这个地区"),
        ({"expected_end": "2026-03-01T00:00"}, "结束须晚于开始"),
        ({"began": "gestern"}, "看不懂这个时间"),
        ({"origin": "telephone", "caller": ""}, "须写明是谁告知的"),
        ({"received": "2030-01-01T00:00", "origin": "paper", "caller": "函"}, "接报时间不能在将来"),
        ({"severity": "9"}, "不在 0 至 4 之间"),
        ({"title": "长" * 201}, "超过 200 字"),
        ({"components": ["front/z"], "kind": "anomaly", "nature": "hardware"}, "没有这个部件"),
    ],
)
def test_a_wrong_entry_is_named_and_nothing_is_kept(town: Town, fields: dict[str, object], said: str) -> None:
    answer = enters(town, "province", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert town.site.procedure.newest("alert") == []


def test_a_bank_enters_no_external_event(town: Town) -> None:
    answer = enters(town, "engineer", kind="event")
    assert answer.status_code == 403
    assert "收集外部事件信息" in answer.text


def test_sending_the_form_twice_enters_it_once(town: Town) -> None:
    name = typhoon(town)
    typhoon(town, name=name)
    assert len(town.site.procedure.newest("alert")) == 1


def test_an_auditor_reads_and_is_offered_nothing(town: Town) -> None:
    name = typhoon(town)
    browser = town.as_("auditor")
    assert "填报预警信息" not in browser.get("/warnings").text
    html = browser.get(f"/warnings/{name}").text
    assert "<form" not in html.split("<main")[1]


def test_pages_go_on_where_the_last_one_ended(town: Town) -> None:
    names = [typhoon(town, title=f"预警{n}") for n in range(3)]
    town.clock.passes(minutes=1)
    page, seen = town.site.alerts.page(town.people["province"], limit=2), []
    while True:
        seen += [one.id for one in page.alerts]
        if not page.next:
            break
        page = town.site.alerts.page(town.people["province"], before=page.next, limit=2)
    assert sorted(seen) == sorted(names)


def test_open_ones_stand_first(town: Town) -> None:
    old = typhoon(town, title="还在")
    town.clock.passes(hours=1)
    new = typhoon(town, title="已过")
    posts(town.as_("leader"), new, "lifting", reason="已过")
    page = town.site.alerts.page(town.people["province"], "all")
    assert [one.id for one in page.alerts] == [old, new]
    assert town.clock() - demo.START == timedelta(hours=1)


def test_unknown_acts_and_filters_say_the_way_out(town: Town) -> None:
    name = typhoon(town)
    browser = town.as_("province")
    csrf = browser.get("/warnings").text.split('name="csrf" value="')[1].split('"')[0]
    assert browser.post(f"/warnings/{name}/dance", data={"csrf": csrf}).status_code == 404
    assert browser.get("/warnings?show=nonsense&kind=x").status_code == 200
    assert browser.get("/warnings/W0").status_code == 404


def test_my_duties_lead_to_the_page(town: Town) -> None:
    name = typhoon(town)
    html = town.as_("province").get("/duties").text
    assert "分析评估预警" in html
    assert f"/warnings/{name}" in html
