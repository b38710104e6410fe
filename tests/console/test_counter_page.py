"""The counter without any script: plain forms and links from the first try to the settled entry."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from hecha.edges.web.pages.photo import photo_source
from hecha.flow.situation import unknown_picture
from hecha.response.backlog import Evidence, Settlement
from hecha.response.backlog import State as EntryState
from hecha.response.delegation import State as DelegationState
from hecha.response.delegation import Why
from tests.console import demo
from tests.console.town import Town


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def form_with(html: str, action: str, marker: str = "") -> dict[str, str]:
    """The fields of a page's form as a browser would send them untouched."""
    forms = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', html, re.S)
    found = next(form for form in forms if marker in form)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', found, re.S):
        fields[name] = re.findall(r'value="([^"]*)"', options)[0]
    return fields | dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)" checked', found))


def asks(browser: httpx.Client, town: Town, **more: str) -> str:
    who = town.citizen()
    form = form_with(browser.get("/counter").text, "/counter")
    answer = browser.post("/counter", data=form | {"name": who.name, "number": who.number} | more)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_match_shows_words_photo_path_and_a_masked_number(town: Town) -> None:
    who, html = town.citizen(), asks(town.as_("clerk"), town)
    assert "公民身份号码与姓名一致，且存在照片" in html
    assert f'src="data:image/png;base64,{b64encode(who.photo).decode()[:40]}' in html
    assert "信息转接系统" in html
    assert f"{who.number[:6]}********{who.number[-4:]}" in html
    result = html.split('id="result"')[1].split("</section>")[0]
    assert who.number not in result


def test_an_outage_offers_the_ladder_in_the_regulations_order(town: Town) -> None:
    town.chain.down = True
    html = asks(town.as_("clerk"), town)
    places = [html.index(clause) for clause in ("5.1.1(1)</span>", "5.1.1(2)</span>", "5.1.1(3)</span>")]
    assert places == sorted(places)
    assert "不要拒绝客户" in html
    assert "/counter/notice/unavailable" in html


def test_a_business_is_registered_and_shows_in_todays_list_and_as_a_slip(town: Town) -> None:
    town.chain.down = True
    browser = town.as_("clerk")
    form = form_with(asks(browser, town), "/counter/registration")
    more = {"telephone": "0571-0000", "voucher": "凭证-17", "copies": "三号柜"}
    done = browser.post("/counter/registration", data=form | more).text
    assert "已登记，恢复后自动补核" in done
    entry = re.findall(r"/registrations/(R[\w-]+)", done)[0]
    assert "三号柜" in browser.get(f"/registrations/{entry}").text
    assert "核查结果单" in browser.get(f"/registrations/{entry}/slip").text
    again = browser.post("/counter/registration", data=form | more).text
    assert re.findall(r"编号 <b>(R[\w-]+)", again) == [entry]
    assert town.as_("clerk2").get(f"/registrations/{entry}").status_code == 404


def test_a_delegation_is_asked_accepted_and_performed(town: Town) -> None:
    town.chain.down = True
    clerk, delegate = town.as_("clerk"), town.as_("clerk2")
    form = form_with(asks(clerk, town), "/counter/delegation")
    to_second = {"delegate": f"outlet/{town.people['clerk2'].outlet}"}
    done = clerk.post("/counter/delegation", data=form | to_second).text
    assert "已发出委托" in done
    id = re.findall(r"/delegations/(W[\w-]+)", done)[0]
    assert id in delegate.get("/delegations").text
    assert id in delegate.get("/delegations?state=asked").text
    assert id not in delegate.get("/delegations?state=performed").text
    town.chain.down = False
    before = delegate.get(f"/delegations/{id}").text
    assert town.citizen().name not in before  # the customer is shown once the delegation is accepted
    page = f"/delegations/{id}"
    accepted = delegate.post(page, data=form_with(before, page, 'value="accept"'))
    assert accepted.headers["location"] == page
    html = delegate.get(page).text
    assert town.citizen().name in html
    performed = delegate.post(page, data=form_with(html, page, 'value="perform"')).text
    assert "公民身份号码与姓名一致，且存在照片" in performed
    assert "data:image/png" in performed
    assert "已代为核查" in clerk.get(page).text
    assert town.as_("engineer").get("/delegations").status_code == 403


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"number": "330302199001011234"}, "输入有误"), ({"name": ""}, "输入有误"), ({"mode": "pigeon"}, "输入有误")],
)
def test_wrong_input_is_answered_without_repeating_it(town: Town, fields: dict[str, str], word: str) -> None:
    browser, who = town.as_("clerk"), town.citizen()
    form = form_with(browser.get("/counter").text, "/counter") | {"name": who.name, "number": who.number}
    answer = browser.post("/counter", data=form | fields)
    if fields.get("number"):  # the entrance judges the number; the memory entrance knows nobody of that number
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert word in answer.text
    assert who.number not in answer.text


def test_an_outage_in_one_mode_is_said_above_the_form(town: Town) -> None:
    outlet = town.people["clerk"].outlet
    assert outlet is not None
    town.shows(demo.only([outlet]))
    assert "本网点目前不能核查" in town.as_("clerk").get("/counter").text
    town.shows(demo.calm())
    assert "本网点目前不能核查" not in town.as_("clerk").get("/counter").text


def test_silence_is_not_called_well(town: Town) -> None:
    town.shows(unknown_picture(demo.network(), demo.START))
    html = town.as_("clerk").get("/").text
    assert "还没有消息，不能判断" in html
    assert "共用部件没有发现中断" not in html
    town.shows(demo.calm())
    assert "共用部件没有发现中断" in town.as_("clerk").get("/").text


def test_a_batch_names_bad_rows_and_takes_the_good_ones(town: Town) -> None:
    browser, who = town.as_("clerk"), town.citizen()
    form = form_with(browser.get("/batches").text, "/batches")
    rows = f"姓名,公民身份号码\n{who.name},{who.number}\n某人,123\n"
    answer = browser.post("/batches", data=form, files={"file": ("rows.csv", rows.encode("gbk"), "text/csv")})
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"]).text
    assert "第 2 行" in page
    assert "1 / 2" in page
    assert town.as_("clerk2").get(answer.headers["location"]).status_code == 404


def test_a_batch_without_a_file_says_so(town: Town) -> None:
    browser = town.as_("clerk")
    answer = browser.post("/batches", data=form_with(browser.get("/batches").text, "/batches"))
    assert answer.status_code == 422
    assert "没有选择文件" in answer.text


def test_an_outage_is_declared_by_those_entitled(town: Town) -> None:
    browser = town.as_("city")
    county = town.people["county"].unit.removeprefix("pbc/")
    form = form_with(browser.get("/declare").text, "/declare/outage") | {"area": county, "since": "2026-03-12T09:00"}
    assert browser.post("/declare/outage", data=form).status_code == 422  # no mode named
    done = browser.post("/declare/outage", data=form | {"modes": "non_interface"})
    assert done.headers["location"] == "/declare?done=outage"
    foreign = browser.post("/declare/outage", data=form | {"modes": "interface", "area": "330109"})
    assert foreign.status_code == 403
    future = browser.post("/declare/outage", data=form | {"modes": "interface", "since": "2026-03-13T09:00"})
    assert future.status_code == 422


def test_what_if_is_worked_out_and_changes_nothing(town: Town) -> None:
    browser = town.as_("province")
    before = town.site.loop.live.graders[demo.plan().id].availability.word
    html = browser.get("/grade?fail=front/a&fail=front/b&hours=9").text
    assert "1.4.2.2(2)" in html.split("推演结果")[1]
    assert town.site.loop.live.graders[demo.plan().id].availability.word == before
    html = browser.get("/grade?fail=front/a&fail=front/b&hours=9&clause=1.4.2.2(2)").text
    explanation = html.split("<h3>1.4.2.2(2)</h3>")[1]
    assert "12000 / 12000" in explanation
    assert "综合前置 A" in explanation
    early = browser.get("/grade?fail=front/a&fail=front/b&hours=2&clause=1.4.2.2(2)").text
    assert "不成立" in early.split("<h3>1.4.2.2(2)</h3>")[1]
    assert "恢复其中一个即可不升级" in early
    assert browser.get("/grade?fail=no/such&hours=9").status_code == 422
    assert town.as_("clerk").get("/grade?fail=front/a&hours=9").status_code == 403


def test_only_pictures_that_we_know_stand_in_the_page() -> None:
    assert photo_source(b64encode(b"\x89PNG\r\n\x1a\n....").decode()).startswith("data:image/png;base64,")
    assert photo_source(b64encode(b"<svg onload=x>").decode()) == ""
    assert photo_source(None) == ""
    assert photo_source("/9j/" + "A" * 2_000_000) == ""


def test_every_word_that_the_desk_may_say_has_its_word_on_pages() -> None:
    from hecha.edges.web import vocabulary

    assert set(vocabulary.EVIDENCE) == {one.value for one in Evidence}
    assert set(vocabulary.SETTLEMENTS) == {one.value for one in Settlement}
    assert set(vocabulary.ENTRY_STATES) == {one.value for one in EntryState}
    assert set(vocabulary.DELEGATION_STATES) == {one.value for one in DelegationState}
    assert set(vocabulary.REFUSALS) == {one.value for one in Why}


ORDER = {
    "clause": "5.1.2",
    "zh": "启动较大事件应急处置办法",
    "measures": [{"clause": "5.1.2", "cause": "outage", "use": ["5.1.1(2)", "5.1.1(3)"]}],
}


def test_from_a_start_order_on_banner_and_card_follow_it(town: Town) -> None:
    town.chain.down = True
    town.shows(demo.troubled())
    assert "先期处置" in asks(town.as_("clerk"), town)
    town.shows(replace(demo.troubled(), order_in_force=ORDER))
    banner = town.as_("clerk").get("/counter").text.split('id="counter-now"')[1].split("</div>")[0]
    for word in ("命令在执行中", "5.1.2", "启动较大事件应急处置办法", "采用 5.1.1(2)、5.1.1(3)"):
        assert word in banner
    html = asks(town.as_("clerk"), town)
    assert "按执行中的命令办理" in html
    assert "先期处置" not in html
    delegation = html.split("5.1.1(1)</span>")[1].split("</li>")[0]
    assert "现行命令未列此项措施" in delegation
    assert "/counter/delegation" not in html
    assert "/counter/registration" in html


def test_the_first_minutes_look_like_no_outage(town: Town) -> None:
    town.shows(unknown_picture(demo.network(), demo.START))
    html = town.as_("province").get("/").text
    assert "没有消息不是中断" in html
    assert 'class="tile down' not in html
    assert "0/" not in html.split('class="schematic"')[1]
    town.shows(demo.troubled())
    assert "没有消息不是中断" not in town.as_("province").get("/").text


def test_a_fault_that_works_again_says_so_until_it_is_confirmed(town: Town) -> None:
    since = demo.START - timedelta(hours=2)
    back = replace(demo.fault(demo.START, since), countdown=(), returned=since + timedelta(minutes=50))
    town.shows(replace(demo.calm(), faults=(back,)))
    html = town.as_("province").get("/").text
    assert "自 3月12日 09:05 起恢复，待确认" in html
    assert "<b>50 分</b>" in html
    assert "72 小时内不升级" not in html
