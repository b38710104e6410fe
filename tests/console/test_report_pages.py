"""Reports in the console: who sees what, how little a bank types, telephone, skipping, receipt, follow-up, paper."""

import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import httpx
import pytest

from hecha.edges.web.report_words import ITEM_WORDS, SECTIONS
from hecha.report.content import CLAUSES, ITEMS
from tests.api.town import number
from tests.console import demo
from tests.console.forms import Form, form_of
from tests.console.town import Town

SECONDS_A_CHARACTER = 0.6
"""Chinese at an ordinary typist's pace, about 100 characters a minute."""
LINE = "先登记、后补核，已通知各网点"


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    yield place
    place.close()


def bank(town: Town) -> str:
    """The unit of the engineer's bank."""
    return str(town.people["engineer"].unit)


def mine(town: Town, login: str, tab: str = "to_send", language: str = "zh") -> list[str]:
    """The reports in a tab of somebody's list, by id."""
    html = town.reader(login, language).get(f"/reports?tab={tab}").text
    return list(dict.fromkeys(re.findall(r'href="/reports/(R-[^"?/]+)"', html)))


def page(town: Town, login: str, id: str) -> str:
    answer = town.reader(login).get(f"/reports/{id}")
    assert answer.status_code == 200, answer.text
    return answer.text


def does(town: Town, login: str, id: str, what: str, **typed: str) -> httpx.Response:
    """Fills in what is typed, leaves the rest as the page has it, and presses."""
    browser, path = town.as_(login), f"/reports/{id}/{what}"
    form = form_of(browser.get(f"/reports/{id}").text, path.replace("/draft", "/sending"))
    return browser.post(path, data=form.fields | typed)


def sends(town: Town, login: str, **typed: str) -> str:
    (id,) = mine(town, login)
    answer = does(town, login, id, "sending", **({"handling": LINE} | typed))
    assert answer.status_code == 303, answer.text
    return id


def test_a_banks_report_takes_one_line_of_typing(town: Town) -> None:
    assert "应报送报告" in (inbox := town.reader("engineer").get("/inbox").text)
    assert "首报" in inbox
    (id,) = mine(town, "engineer")
    html = page(town, "engineer", id)
    form: Form = form_of(html, f"/reports/{id}/sending")
    assert form.empty == {"handling"}  # everything else that must be said stands there to be looked at
    assert len(LINE) * SECONDS_A_CHARACTER < 60
    assert "还缺：" in html
    assert "先期处置措施" in html.split("还缺：")[1][:200]
    sends(town, "engineer")
    assert mine(town, "engineer", "sent") == [id]


def test_facts_are_shown_apart_from_judgements_and_no_form_carries_them(town: Town) -> None:
    (id,) = mine(town, "engineer")
    html = page(town, "engineer", id)
    form = form_of(html, f"/reports/{id}/sending")
    assert set(form.fields) - {"csrf"} == {item.id for item in ITEMS if item.source == "judged"}
    assert html.count("系统测得，不可改") == 4  # nothing has been measured of the handling yet
    answer = does(town, "engineer", id, "sending", handling=LINE, dark="0")
    assert answer.status_code == 303
    assert "260 个" in page(town, "engineer", id)


def test_five_contents_in_the_regulations_order(town: Town) -> None:
    assert tuple(SECTIONS) == CLAUSES
    assert {item.id: item.zh for item in ITEMS} == dict(ITEM_WORDS)
    (id,) = mine(town, "province")
    html = page(town, "province", id)
    places = [html.index(f"{title} ") for title in SECTIONS.values()]
    assert places == sorted(places)


def test_another_bank_sees_nothing_of_it(town: Town) -> None:
    (id,) = mine(town, "engineer")
    other = town.reader("clerk2")
    assert other.get(f"/reports/{id}").status_code == 404
    assert mine(town, "clerk2", "all") == []
    for login in ("branch", "city", "clerk"):  # below the bank, beside the receiver, at a counter
        assert town.reader(login).get(f"/reports/{id}").status_code == 404
        assert town.reader(login).get(f"/reports/{id}/paper").status_code == 404
        assert id not in mine(town, login, "all")


def test_a_draft_is_kept_and_is_nobodys_business_below(town: Town) -> None:
    (id,) = mine(town, "city")
    assert does(town, "city", id, "draft", handling="草稿里的话").status_code == 303
    assert form_of(page(town, "city", id), f"/reports/{id}/sending").fields["handling"] == "草稿里的话"
    assert town.reader("county").get(f"/reports/{id}").status_code == 404
    (below,) = mine(town, "county")
    assert "发送报告" not in page(town, "city", below)  # those above in the own line look, and do not write


def test_sent_taken_and_summed_up_above(town: Town) -> None:
    id = sends(town, "engineer", cause="机房进水", help="yes", help_text="请派技术人员")
    assert id in mine(town, "province", "to_receive")
    assert does(town, "province", id, "receipt").status_code == 303
    assert "沙箱省级分支机构" in page(town, "engineer", id)
    assert mine(town, "province", "to_receive") == []
    assert id in mine(town, "province", "received")
    (own,) = mine(town, "province")
    (owing,) = re.findall(r"应报 (\d+) 家，已报 1 家", page(town, "province", own))
    assert int(owing) > 40 + 10  # banks, cities, and Hangzhou's counties
    summed = page(town, "province", own).split("下级报告汇总")[1]
    for said in ("甬江银行", "260 / 260", "机房进水", "请派技术人员"):
        assert said in summed


def test_only_those_who_may_report_or_take_it(town: Town) -> None:
    (id,) = mine(town, "province")
    browser = town.as_("auditor")
    token = town.as_("province").get(f"/reports/{id}").text
    assert "发送报告" in token
    assert "发送报告" not in page(town, "auditor", id)
    csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/duties").text)[0]
    refused = browser.post(f"/reports/{id}/sending", data={"csrf": csrf, "handling": LINE})
    assert refused.status_code == 403
    assert "审计员只查阅" in refused.text


def test_what_is_missing_is_named_and_what_was_typed_stays(town: Town) -> None:
    (id,) = mine(town, "engineer")
    answer = does(town, "engineer", id, "sending", handling=" ", cause="光缆挖断")
    assert answer.status_code == 409
    assert "报告还缺：先期处置措施" in answer.text
    assert "4.1.1(4)" in answer.text
    assert "光缆挖断" in answer.text
    answer = does(town, "engineer", id, "sending", handling=f"客户{number(1)}已登记")
    assert answer.status_code == 422
    assert "不得写入公民身份号码" in answer.text
    assert mine(town, "engineer", "sent") == []


def test_the_telephone_first_and_the_written_report_still_owed(town: Town) -> None:
    (id,) = mine(town, "engineer")
    form = form_of(page(town, "engineer", id), f"/reports/{id}/phone")
    assert form.empty == {"callee"}  # what to say stands there
    assert "全省网点核查受阻" in form.fields["said"]
    assert does(town, "engineer", id, "phone", callee="值班员").status_code == 303
    html = page(town, "engineer", id)
    assert "已电话先报" in html
    assert "书面报告" in html
    assert "值班员" in page(town, "province", id)
    paper = town.reader("engineer").get(f"/reports/{id}/paper")
    assert paper.content.startswith(b"%PDF")


def test_one_level_is_skipped_and_the_skipped_one_may_read_it(town: Town) -> None:
    county = next(one for one in mine(town, "county"))
    form = form_of(page(town, "county", county), f"/reports/{county}/skip")
    assert form.fields["over"] == str(town.people["city"].unit)
    assert does(town, "county", county, "skip", reason="市中心支行联系不上").status_code == 303
    html = page(town, "county", county)
    assert "市中心支行联系不上" in html
    assert "/skip" not in html  # no second one
    assert county in mine(town, "city", "all")
    does(town, "county", county, "sending", handling=LINE)
    assert LINE in page(town, "city", county)
    assert county in mine(town, "province", "to_receive")


def test_a_sent_report_is_corrected_by_a_follow_up(town: Town) -> None:
    id = sends(town, "engineer")
    (next_,) = mine(town, "engineer")
    assert does(town, "engineer", id, "follow-up").headers["location"] == f"/reports/{next_}"
    town.clock.passes(minutes=20)
    html = page(town, "engineer", next_)
    assert "续报" in html
    assert form_of(html, f"/reports/{next_}/sending").empty == set()  # the last words stand there to be changed
    again = town.as_("engineer")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', again.get("/duties").text)[0]
    refused = again.post(f"/reports/{id}/sending", data={"csrf": csrf, "handling": "另一种说法"})
    assert refused.status_code == 409
    assert "报告已经发出，不能改写" in refused.text
    assert "另一种说法" not in page(town, "province", id)


def test_the_province_states_the_grade_brings_the_paper_and_enters_the_answer(town: Town) -> None:
    (id,) = mine(town, "province")
    answer = does(town, "province", id, "sending", handling=LINE, grade="")
    assert answer.status_code == 409
    assert "认定的等级" in answer.text
    sends(town, "province")
    html = page(town, "province", id)
    assert "系统外" in html
    assert id in mine(town, "province")  # the paper is still to be brought
    assert does(town, "province", id, "delivery", number="应急报〔2026〕1号").status_code == 303
    assert id not in mine(town, "province")
    entered = {"number": "银办函〔2026〕8号", "receiver": "张某", "gist": "同意启动", "scan": "档案柜3-12"}
    assert does(town, "province", id, "answer", **entered).status_code == 303
    html = page(town, "province", id)
    for word in entered.values():
        assert word in html


def test_overdue_reports_come_first_and_are_marked(town: Town) -> None:
    town.clock.passes(minutes=50)
    html = town.reader("province").get("/reports").text
    assert "已逾期 20 分" in html
    (id,) = mine(town, "province", "overdue")
    assert "pbc.33-1" in id
    town.clock.passes(minutes=100)
    assert len(mine(town, "province", "overdue")) > 40
    assert len(mine(town, "engineer", "overdue")) == 1


def test_lists_go_on_and_narrow_by_sender_and_event(town: Town) -> None:
    browser, path, seen = town.reader("province"), "/reports?tab=all", []
    for _ in range(20):
        html = browser.get(path).text
        seen += re.findall(r'href="/reports/(R-[^"?/]+)"', html)
        more = re.findall(r'href="(/reports\?[^"]*before=[^"]+)"', html)
        if not more:
            break
        path = more[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) > 100
    (incident,) = [one.id for one in town.site.procedure.open("incident") if one.warnings]
    own = browser.get("/reports", params={"tab": "all", "incident": incident, "sender": bank(town)}).text
    assert len(re.findall(r'href="/reports/(R-[^"?/]+)"', own)) == 1
    assert browser.get("/reports?tab=all&before=nonsense").status_code == 422
    assert mine(town, "province", "nothing") == mine(town, "province")


def test_the_incident_page_tells_how_its_reports_stand(town: Town) -> None:
    sends(town, "engineer")
    (incident,) = [one.id for one in town.site.procedure.open("incident") if one.warnings]
    html = town.reader("province").get(f"/incidents/{incident}").text
    assert "已报 1，待报" in html
    own = town.reader("engineer").get(f"/incidents/{incident}").text
    assert "已报 1，待报 1" in own  # the next follow-up
    assert "报告" not in town.reader("clerk2").get(f"/incidents/{incident}").text.split("影响范围")[1]


def test_the_paper_keeps_what_was_sent(town: Town) -> None:
    (id,) = mine(town, "province")
    sends(town, "province", cause="存储控制器故障")
    town.clock.passes(minutes=20)
    browser = town.reader("province")
    assert browser.get(f"/reports/{id}/paper").content.startswith(b"%PDF")
    docx = browser.get(f"/reports/{id}/paper?as=docx")
    assert docx.headers["content-type"].endswith("wordprocessingml.document")
    with zipfile.ZipFile(BytesIO(docx.content)) as packed:
        words = re.sub(r"<[^>]+>", "", packed.read("word/document.xml").decode())
    for said in (
        "应急报〔2026〕1号",
        "存储控制器故障",
        "2026年3月12日1时15分",
        "人民银行总行应急处置领导小组：",
        "特此报告",
    ):
        assert said in words


def test_an_english_reader_gets_english_words(town: Town) -> None:
    (id,) = mine(town, "engineer")
    html = town.reader("engineer", "en").get(f"/reports/{id}").text
    for word in ("First report", "Still missing", "Measured by the system, cannot be changed", "Send the report"):
        assert word in html


def test_an_unknown_act_or_time_changes_nothing(town: Town) -> None:
    (id,) = mine(town, "engineer")
    assert does(town, "engineer", id, "phone", callee="值班员", at="soon").status_code == 422
    later = (town.clock() + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M")
    assert does(town, "engineer", id, "phone", callee="值班员", at=later).status_code == 422
    browser = town.as_("engineer")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/duties").text)[0]
    assert browser.post(f"/reports/{id}/burning", data={"csrf": csrf}).status_code == 404
    assert "待报" in page(town, "engineer", id)
