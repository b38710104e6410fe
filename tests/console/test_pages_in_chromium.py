"""Pages in a real browser: no accessibility violation, no sideways scrolling, live without reload."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.console import demo
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
    "clerk": ("/", "/counter", "/differences", "/delegations", "/batches", "/declare", "/counter/notice/unavailable"),
    "province": ("/", "/?mode=interface", "/network", "/network?q=瑞安", "/grade", "/grade?fail=front/a&hours=9",
                 "/areas/3303", "/areas/330381", "/banks/icbc", "/declare", "/guide", "/nope"),
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
    page.wait_for_url(f"{town.address}/")
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


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_is_accessible_and_fits(chromium: Browser, town: Town, width: int) -> None:
    page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(f"{town.address}/sign-in")
    is_sound(page, "/sign-in")
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
