"""The paper pack is printed in advance; what was written on its slips is entered later, each slip once."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from hecha.edges.store import ledger
from hecha.edges.web.dress import CHINA
from hecha.response.slip_number import SLIPS_MAX
from tests.console import demo
from tests.console.test_counter_page import form_with
from tests.console.test_pages_in_chromium import ARGUMENTS, signed_in
from tests.console.town import Town
from tests.documents.papers import pages_of, text_of


def prints(town: Town, login: str, **fields: object) -> httpx.Response:
    browser = town.as_(login)
    form = form_with(browser.get("/paper-pack").text, "/paper-pack") | {"part": ["cards", "slips", "forms", "phones"]}
    return browser.post("/paper-pack", data=form | fields)


def slips_in(pdf: bytes) -> list[str]:
    return re.findall(r"[A-Z-]+-\d{4}-\d{7}-\d\d-[0-9A-Z]", text_of(pdf).replace("\u200b", ""))


def enters(town: Town, slip: str, **more: str) -> httpx.Response:
    browser, who = town.as_("clerk"), town.citizen()
    form = form_with(browser.get("/paper-entry").text, "/paper-entry")
    happened = f"{(town.clock() - timedelta(hours=5)).astimezone(CHINA):%Y-%m-%dT%H:%M}"
    form |= {"slip": slip, "happened_at": happened, "name": who.name, "number": who.number}
    return browser.post("/paper-entry", data=form | {"telephone": "0571-0000", "evidence": "reader"} | more)


def test_a_clerk_prints_a_pack_with_cards_slips_forms_and_telephones(town: Town) -> None:
    answer = prints(town, "clerk", slips="4")
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    text = text_of(answer.content)
    for part in ("断电断网纸质备用包", "命令下达之前（先期处置）", "特大（5.1.4.1）", "重大（5.1.3）、特大（5.1.4.2）",
                 "故障期间业务登记单", "突发事件报告单", "命令记录和签收单", "应急电话簿", "业务照常办理"):  # fmt: skip
        assert part in text, part
    assert len(slips_in(answer.content)[-4:]) == 4


def test_that_slips_were_printed_is_a_fact(town: Town) -> None:
    first = slips_in(prints(town, "clerk", slips="2").content)[0]
    with town.store.read() as connection:
        last = ledger.read(connection, kind="paper:")[-1].fact
    assert last.data["first"] == first
    assert last.subject == town.people["clerk"].unit


def test_two_packs_of_one_minute_share_no_slip(town: Town) -> None:
    packs = [set(slips_in(prints(town, "clerk", slips="5").content)) for _ in range(3)]
    assert len(set.union(*packs)) == sum(len(pack) for pack in packs) == 15


def test_a_printed_slip_is_entered_later_with_its_time_and_once(town: Town) -> None:
    slip = slips_in(prints(town, "clerk", slips="1").content)[0]
    done = enters(town, slip[-12:])
    assert "已补录，系统随后补核" in done.text
    assert slip in done.text
    (id,) = re.findall(r"/registrations/(R\w+)", done.text)
    assert slip in town.as_("clerk").get("/registrations").text
    entry = town.as_("clerk").get(f"/registrations/{id}").text
    assert slip in entry
    assert f"{(town.clock() - timedelta(hours=5)).astimezone(CHINA):3月12日 %H:%M}" in entry
    again = enters(town, slip)
    assert again.status_code == 409
    assert id in again.text


def test_a_miscopied_slip_or_time_is_noticed(town: Town) -> None:
    slip = slips_in(prints(town, "clerk", slips="1").content)[0]
    wrong = slip[:-4] + "99" + slip[-2:]
    assert enters(town, wrong).status_code == 422
    assert enters(town, slip, happened_at="2099-01-01T00:00").status_code == 422
    assert enters(town, slip, happened_at="").status_code == 422


def test_a_bank_prints_for_its_outlets_and_for_no_others(town: Town) -> None:
    own, other = str(town.people["clerk"].outlet), str(town.people["clerk2"].outlet)
    mine = {id for id in (own, other) if prints(town, "engineer", outlet=id, slips="1").status_code == 200}
    bank = str(town.people["engineer"].unit).removeprefix("bank/")
    assert mine == {id for id in (own, other) if demo.network().outlets[id].bank == bank}  # type: ignore[index]
    assert prints(town, "engineer", outlet="nowhere").status_code == 404


def test_a_branch_has_no_slips_but_all_the_rest(town: Town) -> None:
    answer = prints(town, "city")
    assert slips_in(answer.content) == []
    assert "突发事件报告单" in text_of(answer.content)
    assert len(pages_of(answer.content)) > 10


@pytest.mark.parametrize("fields", [{"slips": "0"}, {"slips": str(SLIPS_MAX + 1)}, {"slips": "viele"}, {"part": []}])
def test_a_wrong_choice_is_named(town: Town, fields: dict[str, object]) -> None:
    assert prints(town, "clerk", **fields).status_code == 422


@pytest.mark.browser
def test_an_error_is_shown_beside_the_form_and_the_next_attempt_works(town: Town) -> None:
    slip, who = slips_in(prints(town, "clerk", slips="1").content)[0], town.citizen(40)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = signed_in(browser, town, "clerk")
        page.goto(f"{town.address}/paper-entry")
        for typed, shown in ((slip[:-4] + "99" + slip[-2:], ".trouble"), (slip, ".outcome.good")):
            fields = {"slip": typed, "happened_at": "2026-03-12T05:15", "name": who.name, "number": who.number}
            for name, value in (fields | {"telephone": "0571-0000"}).items():
                page.fill(f"#{name}", value)
            page.click("main form button")
            expect(page.locator(f"#result {shown}")).to_be_visible()
        expect(page.locator("#slip")).to_have_value("")
        browser.close()
