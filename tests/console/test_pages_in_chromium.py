"""Pages in a real browser: no accessibility violation, no sideways scrolling, live without reload."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hecha.flow.declare import DataError, Declaration
from hecha.flow.maintenance import Window
from hecha.flow.picture import Picture
from hecha.kernel.ids import AreaCode, ComponentId, Mode
from tests.console import demo
from tests.console.test_counter_page import asks, form_with
from tests.console.town import Town, password

pytestmark = pytest.mark.browser
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1360, 400)
VISITS = {
    "clerk": ("/duties", "/incidents", "/", "/counter", "/differences", "/delegations", "/batches", "/declare",
              "/paper-pack", "/paper-entry",
              "/counter/notice/unavailable"),
    "province": ("/duties", "/incidents", "/incidents?show=all", "/", "/?mode=interface", "/network", "/network?q=瑞安",
                 "/grade", "/grade?fail=front/a&hours=9", "/areas/3303", "/areas/330381", "/banks/icbc", "/declare",
                 "/guide", "/nope"),
    "engineer": ("/", "/network"),
}  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


def signed_in(chromium: Browser, town: Town, login: str, language: str = "zh", width: int = 1360) -> Page:
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{town.address}/language/{language}?back=/sign-in")
    page.fill("#login", login)
    page.fill("#password", password(login))
    page.click("main button")
    page.wait_for_url(f"{town.address}/duties")
    page.goto(f"{town.address}/")
    return page


def is_sound(page: Page, where: str) -> None:
    """No axe violation, and the page is not wider than its window."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{where}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} scrolls sideways"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("login", VISITS)
def test_every_page_is_accessible_and_fits(
    chromium: Browser, town: Town, login: str, width: int, language: str
) -> None:
    page = signed_in(chromium, town, login, language, width)
    for path in VISITS[login]:
        page.goto(town.address + path)
        is_sound(page, f"{path} {width} {language}")
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_is_accessible_and_fits(chromium: Browser, town: Town, width: int, language: str) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{town.address}/language/{language}?back=/sign-in")
    is_sound(page, f"/sign-in {language}")
    page.fill("#login", "nobody")
    page.fill("#password", "wrong")
    page.click("main button")
    expect(page.get_by_role("alert")).to_be_visible()
    is_sound(page, f"/sign-in, refused, {language}")
    page.context.close()


@pytest.fixture(scope="module")
def things(town: Town) -> dict[str, tuple[str, ...]]:
    """One of each thing that has a page of its own, by who may read it: made by the plain forms."""
    clerk, second, who = town.as_("clerk"), town.as_("clerk2"), town.citizen()
    town.shows(demo.calm())  # so that there is somebody to be asked
    town.chain.down = True
    try:
        card = asks(clerk, town)
        entry = form_with(card, "/counter/registration") | {"telephone": "0571-0000", "copies": "三号柜"}
        done = clerk.post("/counter/registration", data=entry).text
        registration = re.findall(r"/registrations/(R[\w-]+)", done)[0]
        to_second = {"delegate": f"outlet/{town.people['clerk2'].outlet}"}
        asked = clerk.post("/counter/delegation", data=form_with(card, "/counter/delegation") | to_second).text
        delegation = "/delegations/" + re.findall(r"/delegations/(W[\w-]+)", asked)[0]
    finally:
        town.chain.down = False
        town.shows(demo.troubled())
    rows = f"姓名,公民身份号码\n{who.name},{who.number}\n某人,123\n".encode()
    form = form_with(clerk.get("/batches").text, "/batches")
    batch = clerk.post("/batches", data=form, files={"file": ("rows.csv", rows, "text/csv")}).headers["location"]
    second.post(delegation, data=form_with(second.get(delegation).text, delegation, 'value="accept"'))
    outlet = f"/outlets/{town.people['clerk'].outlet}"
    entry_page = f"/registrations/{registration}"
    return {
        "clerk": (entry_page, f"{entry_page}/slip", delegation, batch, outlet, "/guide", "/counter/notice/data_error"),
        "clerk2": (delegation,),
        "auditor": ("/declare",),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_single_things_are_accessible_and_fit(
    chromium: Browser, town: Town, things: dict[str, tuple[str, ...]], width: int, language: str
) -> None:
    for login, paths in things.items():
        page = signed_in(chromium, town, login, language, width)
        for path in paths:
            answer = page.goto(town.address + path)
            assert answer is not None
            assert answer.ok, path
            is_sound(page, f"{path} {width} {language}")
        page.context.close()


def standing() -> Picture:
    """Something declared, established and planned."""
    outlets = tuple(o.id for o in demo.network().outlets.values() if o.county == "330302")
    at, since = demo.START, demo.START - timedelta(hours=3)
    said = Declaration("D1", outlets, tuple(Mode), since, "province", "pbc/33", since, at, reason="机房停电")
    wrong = DataError("E1", AreaCode("3303"), since, "province", "pbc/33", since, "police", accuracy=0.43)
    parts = (ComponentId("front/a"), ComponentId("channel/backup"))
    work = Window("M1", parts, at, at + timedelta(hours=2), since, "province", "pbc/33", "更换电池")
    lost = replace(demo.fault(at, since), components=(ComponentId("declared/D1"),), declared_by="province")
    return replace(demo.troubled(), declarations=(said,), data_errors=(wrong,), planned=(work,), faults=(lost,))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_declared_and_planned_is_accessible_and_fits(
    chromium: Browser, town: Town, width: int, language: str
) -> None:
    town.shows(standing())
    try:
        page = signed_in(chromium, town, "province", language, width)
        for path in ("/declare", "/", "/areas/330302", "/network"):
            page.goto(town.address + path)
            is_sound(page, f"{path} {width} {language}")
        page.context.close()
    finally:
        town.shows(demo.troubled())


def test_no_word_leaves_its_box_in_the_drawing(chromium: Browser, town: Town) -> None:
    for language in ("zh", "en"):
        page = signed_in(chromium, town, "province", language)
        page.goto(f"{town.address}/network")
        wide = page.evaluate(
            """[...document.querySelectorAll('.node')].flatMap(node => {
                const box = node.querySelector('rect').getBBox()
                return [...node.querySelectorAll('text')].filter(one => {
                    const own = one.getBBox()
                    return own.x + own.width > box.x + box.width || own.y + own.height > box.y + box.height
                }).map(one => one.textContent)
            })"""
        )
        assert wide == [], language
        page.context.close()


def test_what_was_unfolded_stays_so_when_the_page_refreshes(chromium: Browser, town: Town) -> None:
    town.shows(demo.calm())
    page = signed_in(chromium, town, "engineer")
    page.goto(f"{town.address}/network")
    expect(page.locator("html.live")).to_be_attached()
    page.locator("#rest summary").click()
    town.shows(demo.troubled())
    expect(page.locator("#chain .node.down").first).to_be_visible()
    expect(page.locator("#rest")).to_have_attribute("open", "")
    page.context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_counter_by_keyboard_from_name_to_register(
    chromium: Browser, town: Town, width: int, language: str
) -> None:
    page, who = signed_in(chromium, town, "clerk", language, width), town.citizen()
    page.goto(f"{town.address}/counter")
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(who.name)
    page.keyboard.press("Tab")
    page.keyboard.type(who.number)
    page.keyboard.press("Enter")
    expect(page.locator("#result .photo")).to_be_visible()
    expect(page.locator("#number")).to_be_focused()  # ready for the next customer; the result is announced
    is_sound(page, "a match")
    town.chain.down = True
    try:
        page.fill("#number", who.number)
        page.keyboard.press("Enter")
        expect(page.locator("#result .ladder")).to_be_visible()
        is_sound(page, "the card")
        if not page.locator("#telephone").is_visible():
            page.locator("#result summary").press("Enter")
        page.fill("#telephone", "0571-0000")
        page.keyboard.press("Enter")
        expect(page.locator("#result .verdict")).to_contain_text("✓")
        expect(page.locator("#result .verdict")).to_be_focused()
        is_sound(page, "registered")
        assert page.url == f"{town.address}/counter"
    finally:
        town.chain.down = False
    page.context.close()


def test_the_board_changes_without_reload(chromium: Browser, town: Town) -> None:
    town.shows(demo.calm())
    page = signed_in(chromium, town, "province")
    expect(page.locator("html.live")).to_be_attached()
    page.evaluate("window.marked = true")
    assert page.locator(".tile.down").count() == 0
    town.shows(demo.troubled())
    expect(page.locator(".tile.down").first).to_be_visible()
    expect(page.locator("#grade-now + .graded .level-2")).to_be_visible()
    assert page.evaluate("window.marked") is True
    page.context.close()


def test_a_half_filled_form_survives_what_happens_meanwhile(chromium: Browser, town: Town) -> None:
    page = signed_in(chromium, town, "clerk")
    page.goto(f"{town.address}/counter")
    expect(page.locator("html.live")).to_be_attached()
    page.fill("#name", "写了一半")
    town.shows(demo.calm())
    expect(page.locator("#counter-now .note")).to_have_count(0)
    town.shows(demo.troubled())
    expect(page.locator("#counter-now .note")).to_be_visible()
    expect(page.locator("#name")).to_have_value("写了一半")
    page.context.close()


def test_the_console_speaks_to_no_other_host_and_breaks_no_policy(chromium: Browser, town: Town) -> None:
    page = signed_in(chromium, town, "province")
    hosts: set[str] = set()
    troubles: list[str] = []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    for path in ("/", "/network", "/grade", "/declare"):
        page.goto(town.address + path)
        expect(page.locator("h1")).to_be_visible()
    assert hosts == {town.address.removeprefix("http://")}
    assert troubles == []
    page.context.close()


def test_without_scripts_everything_is_plain_forms_and_links(chromium: Browser, town: Town) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{town.address}/sign-in")
    page.fill("#login", "clerk")
    page.fill("#password", password("clerk"))
    page.click("main button")
    who = town.citizen()
    page.goto(f"{town.address}/counter")
    page.fill("#name", who.name)
    page.fill("#number", who.number)
    page.locator("#number").press("Enter")
    expect(page.locator(".verdict")).to_contain_text("一致")
    assert page.locator('noscript meta[http-equiv="refresh"]').count() == 0
    page.goto(f"{town.address}/")
    expect(page.locator(".schematic")).to_be_visible()
    page.context.close()


def test_the_skip_link_comes_first(chromium: Browser, town: Town) -> None:
    page = signed_in(chromium, town, "province")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.context.close()


PRINTED = {
    "province": {"/incidents": "table", "/duties": "#duties .card", "/": "main h1"},
    "clerk": {"/counter/notice/unavailable": ".notice-paper"},
}


@pytest.mark.parametrize("login", PRINTED)
def test_what_is_on_a_page_is_on_its_print_and_the_menu_is_not(chromium: Browser, town: Town, login: str) -> None:
    page = signed_in(chromium, town, login)
    page.emulate_media(media="print")
    for path, seen in PRINTED[login].items():
        page.goto(town.address + path)
        expect(page.locator(seen).first).to_be_visible()
        expect(page.locator("header.top")).to_be_hidden()
    page.context.close()
