"""Inbox, call list, delivery log and the page behind a link in a real browser: sound, and usable on a telephone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from hecha.edges.notify import log, outbox
from hecha.edges.notify.channel import Failed, Sent, Why
from hecha.flow.convey import Way
from tests.console.test_counter_page import form_with
from tests.console.test_inbox_pages import AT, link, people, put, state
from tests.console.test_pages_in_chromium import ARGUMENTS, WIDTHS, is_sound, signed_in
from tests.console.town import Town

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def place() -> Iterator[Town]:
    """A town in which much was told."""
    town = Town(contacts=people())
    first = put(town)
    put(
        town, "report:1", what="report.owed", wants_ack=True, at=AT + timedelta(minutes=3), facts={"from": "pbc/330381"}
    )
    put(town, "news:1", what="incident.raised", wants_ack=False, urgent=False, at=AT + timedelta(minutes=5))
    put(town, "other:1", what="run.step", post="technology", facts={"component": "front/a", "runbook": "前置硬件故障"})
    bank = put(town, "order:bank", unit="bank/icbc/3303", post="group")

    def sends(tx) -> None:
        for id, why in ((first, Sent("P1")), (bank, Failed(Why.TIMEOUT))):
            key = log.begin(tx.connection, id, "zhang", Way.SMS, 1, "sms", "张甲 138****0001", AT)
            log.end(tx.connection, key, why, AT)
        outbox.tell_above(tx, outbox.load(tx.connection, first), "pbc/33", AT + timedelta(minutes=15))

    town.store.submit(sends).result(10)
    yield town
    town.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("login", ["city", "province", "auditor"])
def test_the_pages_are_accessible_and_fit(
    chromium: Browser, place: Town, login: str, width: int, language: str
) -> None:
    page = signed_in(chromium, place, login, language, width)
    paths = {"auditor": ["/inbox", "/deliveries"], "province": ["/inbox", "/call-list", "/call-list/E7", "/deliveries"]}
    for path in paths.get(login, ["/inbox", "/inbox?view=all", "/call-list/E7"]):
        page.goto(place.address + path)
        for one in page.locator("summary").all():
            one.click()
        is_sound(page, f"{path} {width} {language}")
    if login == "city":
        page.goto(place.address + "/inbox")
        page.locator("article h2 a").last.click()
        is_sound(page, f"/inbox/id {width} {language}")
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_link_is_confirmed_on_a_telephone_with_one_press(chromium: Browser, place: Town, language: str) -> None:
    id = put(place, f"order:{language}")
    page = chromium.new_context(viewport={"width": 400, "height": 800}, java_script_enabled=False).new_page()
    page.goto(f"{place.address}/language/{language}?back={link(place, id)}")
    sound = chromium.new_context(viewport={"width": 400, "height": 800}).new_page()
    sound.goto(f"{place.address}/language/{language}?back={link(place, id)}")
    is_sound(sound, f"/n {language}")
    button = page.get_by_role("button")
    expect(button).to_have_count(1)
    button.click()
    expect(page.get_by_role("status")).to_be_visible()
    assert state(place, id) == "acknowledged"
    sound.reload()
    is_sound(sound, f"/n, done, {language}")
    sound.context.close()
    page.context.close()


def test_the_call_list_follows_what_happens_elsewhere(chromium: Browser, place: Town) -> None:
    id = put(place, "order:live", subject="O99", incident="")
    page = signed_in(chromium, place, "province")
    page.goto(place.address + "/call-list/O99")
    expect(page.locator("#calls tbody th")).to_have_count(1)
    expect(page.locator("html")).to_have_class("live")
    assert place.browser().post(link(place, id), data={"revision": "1"}).status_code == 200
    expect(page.locator("#calls .empty")).to_be_visible()
    page.context.close()


def test_the_count_of_unread_notices_follows_on_any_page(chromium: Browser, place: Town) -> None:
    put(place, "order:count")
    page = signed_in(chromium, place, "city")
    page.goto(place.address + "/guide")
    expect(page.locator("#unread .unread")).to_be_visible()
    expect(page.locator("html")).to_have_class("live")
    reader = place.as_("city")
    while "/inbox/read" in (html := reader.get("/inbox?view=unread").text):
        reader.post("/inbox/read", data=form_with(html, "/inbox/read"))
    expect(page.locator("#unread .unread")).to_have_count(0)
    page.context.close()
