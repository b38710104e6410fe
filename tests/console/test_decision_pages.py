"""Deciding in the console (4.2): who may do what and why not, meetings, two persons, the brief, shifts, paper."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import httpx
import pytest

from tests.console import demo
from tests.console.forms import form_of
from tests.console.town import Town, password

PLACE = "330302"


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def csrf(browser: httpx.Client) -> str:
    return re.findall(r'name="csrf" value="([^"]+)"', browser.get("/duties").text)[0]


def presses(town: Town, login: str, path: str, **fields: str) -> httpx.Response:
    browser = town.as_(login)
    return browser.post(path, data=fields | {"csrf": csrf(browser)})


def goes(answer: httpx.Response) -> str:
    """Where a change leads."""
    assert answer.status_code == 303, words(answer.text)
    return answer.headers["location"]


def words(html: str) -> str:
    """What a page says, without mark-up."""
    main = html.split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def page(town: Town, login: str, path: str, language: str = "zh") -> str:
    answer = town.reader(login, language).get(path)
    assert answer.status_code == 200, words(answer.text)
    return answer.text


def happens(town: Town, level: int = 3, areas: str = "3303") -> str:
    """The province's office enters an event that nothing here measures."""
    given = {"title": "部分网点核查受阻", "nature": "data_quality", "level": str(level), "areas": areas}
    path = goes(presses(town, "province", "/incidents", reason="公安部门通报数据异常", **given))
    return path.removeprefix("/incidents/")


def proposes(town: Town, login: str, incident: str, kind: str = "start", **fields: str) -> str:
    """The page of what was resolved."""
    form = form_of(page(town, login, f"/incidents/{incident}"), "/decisions")
    given = {"incident": incident, "kind": kind, "reason": "预计短时间内不能修复"} | fields
    return goes(presses(town, login, "/decisions", name=f"{form.fields['name']}.{kind}", **given))


def test_the_panel_says_who_decides_and_what_each_may_not_do(town: Town) -> None:
    incident = happens(town)
    leader = page(town, "leader", f"/incidents/{incident}")
    assert "领导小组决策 4.2.1(1)" in words(leader)
    assert {"启动应急处置办法", "召集会议", "记录先期处置"} <= set(re.findall(r"<summary>([^< ]+)", leader))
    assert "需两人" in leader
    office = words(page(town, "province", f"/incidents/{incident}"))
    assert "现在不能做的" in office
    assert "✕ 启动应急处置办法" in office
    assert "2.1.2.1(2)" in office.split("✕ 启动应急处置办法")[1][:200]
    city = page(town, "city-leader", f"/incidents/{incident}")
    assert "先期处置和辖内指挥不受限制" in city  # the way out
    assert 'value="repair_first"' in city
    assert 'value="start"' not in city
    member = words(page(town, "settlement", f"/incidents/{incident}"))
    assert "✕ 召集会议" in member.split("现在不能做的")[1]


def test_a_meeting_is_held_minuted_and_decides_with_two_persons(town: Town) -> None:
    incident = happens(town)
    assert "召开领导小组会议" in page(town, "leader", "/duties")
    (path,) = set(re.findall(r'href="(/meetings/[^"]+)"', page(town, "leader", f"/incidents/{incident}")))
    office = page(town, "province", path)
    form = form_of(office, f"{path}/attendance")
    there = {name: "present" for name in form.fields if name.startswith("how-")}
    assert len(there) > 3  # everybody of the group and its office stands there to be chosen
    goes(presses(town, "province", f"{path}/attendance", chair=form.fields["chair"], others="王专员", **there))
    assert "王专员" in page(town, "province", path)
    goes(presses(town, "province", f"{path}/minutes", cause="数据源异常", conclusion="启动"))
    called = {"others": "李专家、周专家", "question": "能否在四小时内修复"}
    goes(presses(town, "province", f"{path}/experts", **called))
    goes(presses(town, "province", f"{path}/advice", expert="李专家", text="不能"))
    assert "李专家" in page(town, "province", path)
    decision = proposes(town, "leader", incident, meeting=path.removeprefix("/meetings/"))
    html = page(town, "deputy", decision)
    assert "您作为第二人同意后" in html
    assert "/consent" not in page(town, "leader", decision)  # not the same person
    goes(presses(town, "deputy", f"{decision}/consent"))
    after = page(town, "leader", decision)
    assert "已决定" in after
    assert f"/orders?incident={incident}" in after
    assert "已结束" in page(town, "province", path)
    paper = town.reader("province").get(f"{path}/paper")
    assert paper.content.startswith(b"%PDF")
    text = zipfile.ZipFile(BytesIO(town.reader("province").get(f"{path}/paper?as=docx").content))
    said = re.sub(r"<[^>]+>", "", text.read("word/document.xml").decode())
    assert [one for one in ("王专员", "数据源异常", "启动应急处置办法", "李专家") if one not in said] == []


def test_a_consent_by_telephone_is_signed_later_by_the_same_person(town: Town) -> None:
    incident = happens(town)
    decision = proposes(town, "leader", incident)
    form = form_of(page(town, "province", decision), f"{decision}/telephone")
    assert form.empty == {"number", "read_back"}
    call = {"callee": "沙箱省副组长", "read_back": "同意启动"}
    refused = presses(town, "province", f"{decision}/telephone", number=" ", **call)
    assert refused.status_code == 422
    assert "同意启动" in refused.text  # what was typed stays
    goes(presses(town, "province", f"{decision}/telephone", number="0571-0000", **call))
    assert "待补签" in page(town, "province", decision)
    assert "补签电话同意" in page(town, "deputy", "/duties")
    assert presses(town, "technology", f"{decision}/signature").status_code == 403
    goes(presses(town, "deputy", f"{decision}/signature"))
    assert "已补签" in page(town, "province", decision)


def test_a_second_person_says_no(town: Town) -> None:
    incident = happens(town)
    decision = proposes(town, "leader", incident)
    assert "不同意" in page(town, "deputy", decision)
    goes(presses(town, "deputy", f"{decision}/withdrawal", reason="还在查"))
    assert "未成立" in page(town, "leader", decision)
    assert proposes(town, "leader", incident, "refer").startswith("/decisions/")


def test_head_offices_decision_is_entered_from_paper(town: Town) -> None:
    incident = happens(town, 2)
    leader = words(page(town, "leader", f"/incidents/{incident}"))
    assert "✕ 启动应急处置办法" in leader
    assert "登记总行的决定" in leader
    form = form_of(page(town, "liaison", f"/incidents/{incident}"), "/decisions/outside")
    given = {"number": "银办发〔2026〕7号", "decided": "2026-03-12T10:00", "reason": "启动重大事件处置办法"}
    path = goes(presses(town, "liaison", "/decisions/outside", **(form.fields | given)))
    html = page(town, "province", path)
    assert "银办发〔2026〕7号" in html
    assert "补总行决定的扫描件" in page(town, "province", "/duties")
    goes(presses(town, "province", f"{path}/scan", scan="扫描件7"))
    assert "扫描件7" in page(town, "province", path)
    wrong = presses(town, "liaison", "/decisions/outside", **(form.fields | given | {"decided": ""}))
    assert wrong.status_code == 422


def test_first_handling_is_never_blocked(town: Town) -> None:
    incident = happens(town, 1)
    form = form_of(page(town, "city-settlement", f"/incidents/{incident}"), "/handlings")
    goes(presses(town, "city-settlement", "/handlings", **(form.fields | {"text": "辖内先登记、后补核"})))
    assert "辖内先登记、后补核" in page(town, "leader", f"/incidents/{incident}")
    assert "辖内先登记、后补核" in page(town, "province", "/decisions?tab=handlings")


def test_lists_show_the_own_line_only(town: Town) -> None:
    incident = happens(town)
    decision = proposes(town, "leader", incident)
    assert decision in page(town, "province", "/decisions")
    for login in ("city-leader", "county"):
        assert town.reader(login).get(decision).status_code == 404
        assert decision not in page(town, login, "/decisions?tab=all")
    assert decision not in page(town, "bank-leader", "/decisions?tab=all")
    own = proposes(town, "city-leader", incident, "repair_first")
    assert own in page(town, "leader", "/decisions?tab=all")
    assert "/withdrawal" not in page(town, "leader", own)  # those above look on


def test_the_brief_is_read_and_signed_with_the_password(town: Town) -> None:
    incident = happens(town)
    decision = proposes(town, "leader", incident)
    path = f"/brief/{incident}"
    html = page(town, "deputy", path)
    form = form_of(html, path)
    assert form.empty == {"password"}
    assert html.count('<button class="large"') == 1
    said = words(html).partition("打印：")[0]
    assert len(said.replace(" ", "")) / 8 < 40  # seconds at an ordinary reader's 480 characters a minute
    wrong = presses(town, "deputy", path, **(form.fields | {"password": "not mine"}))
    assert (wrong.status_code, "口令不对" in wrong.text) == (403, True)
    assert "待第二人同意" in page(town, "leader", decision)
    answer = presses(town, "deputy", path, **(form.fields | {"password": password("deputy")}))
    assert goes(answer) == f"{path}?signed=yes"
    assert "已签字" in page(town, "deputy", f"{path}?signed=yes")
    assert "已决定" in page(town, "leader", decision)


def test_the_brief_lets_a_leader_decide_and_prints_on_one_page(town: Town) -> None:
    incident = happens(town)
    path = f"/brief/{incident}"
    form = form_of(page(town, "leader", path), path)
    assert form.fields["kind"] == "start"
    given = {"reason": "修复无望", "password": password("leader")}
    goes(presses(town, "leader", path, **(form.fields | given)))
    assert "待第二人同意" in page(town, "deputy", "/decisions")
    paper = town.reader("leader").get(f"{path}/paper")
    assert paper.content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", paper.content)) in (0, 1)  # one page, where it is not compressed
    assert town.reader("leader").get(f"{path}/paper?as=docx").content.startswith(b"PK")
    assert town.reader("bank-leader").get(path).status_code == 404
    assert "没有等您签字的" in page(town, "city-settlement", path)


def test_too_many_wrong_passwords_stop_signing(town: Town) -> None:
    incident = happens(town)
    proposes(town, "leader", incident)
    browser = town.as_("deputy")
    path = f"/brief/{incident}"
    form = form_of(browser.get(path).text, path)
    for _ in range(5):
        assert browser.post(path, data=form.fields | {"password": "x"}).status_code == 403
    last = browser.post(path, data=form.fields | {"password": password("deputy")})
    assert last.status_code == 403
    assert "登录失败次数过多" in last.text


def test_a_shift_is_handed_over_taken_and_kept(town: Town) -> None:
    happens(town)
    form = form_of(page(town, "province", "/handover"), "/handover")
    path = goes(presses(town, "province", "/handover", **(form.fields | {"notes": "等公安部门答复"})))
    html = page(town, "deputy", path)
    assert "等公安部门答复" in html
    assert "召开领导小组会议" in html
    assert "/taking" not in page(town, "province", path)  # not by who gives
    assert "接班" in page(town, "deputy", "/duties")
    goes(presses(town, "deputy", f"{path}/taking", remark="已核对"))
    assert "已接班" in page(town, "province", "/handover")
    assert town.reader("province").get(f"{path}/paper").content.startswith(b"%PDF")
    assert town.reader("province").get(f"{path}/paper?as=docx").content.startswith(b"PK")
    again = presses(town, "province", f"{path}/withdrawal", reason="写错")
    assert again.status_code == 403
    assert presses(town, "auditor", "/handover", name="S-x", taker="王").status_code == 403
    assert town.reader("city").get(path).status_code == 404


def test_in_english_too(town: Town) -> None:
    incident = happens(town)
    decision = proposes(town, "leader", incident)
    assert "Start emergency measures" in page(town, "deputy", decision, "en")
    assert "Consent and sign" in page(town, "deputy", f"/brief/{incident}", "en")
    assert "Hand over" in page(town, "province", "/handover", "en")


def test_a_bank_records_its_first_handling_and_sees_who_decides(town: Town) -> None:
    town.happens(demo.grave())
    incident = town.site.procedure.newest("incident")[0].id
    html = page(town, "engineer", f"/incidents/{incident}")
    assert "现由 人民银行总行领导小组决策" in words(html)
    assert "/decisions" not in html.split("<main")[1]
    form = form_of(html, "/handlings")
    goes(presses(town, "engineer", "/handlings", **(form.fields | {"text": "各网点先登记、后补核"})))
    assert "各网点先登记、后补核" in page(town, "bank-leader", f"/incidents/{incident}")
    assert "各网点先登记、后补核" not in page(town, "clerk2", f"/incidents/{incident}")  # another bank's
    assert "各网点先登记、后补核" in page(town, "leader", f"/incidents/{incident}")
