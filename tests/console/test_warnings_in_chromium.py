"""The pages of warnings in a real browser: accessible, no wider than the window, and usable without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.console.alerts import hears, measures, posts, typhoon
from tests.console.test_pages_in_chromium import ARGUMENTS, WIDTHS, is_sound, signed_in
from tests.console.town import Town, password

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def things() -> Iterator[tuple[Town, dict[str, str]]]:
    """One of each kind: a typhoon with units that were told, a measured fault, a monitor's news."""
    town = Town()
    found = {"typhoon": typhoon(town, origin="telephone", caller="省气象局值班员", text="预计今夜登陆")}
    office = town.as_("province")
    posts(office, found["typhoon"], "assessment", likelihood="4", impact="4", level="2", reason="路径正对温州")
    units = [town.people["city"].unit, town.people["engineer"].unit, "pbc/3303", "pbc/3310"]
    tasks = ["prevent", "watch", "prepare"]
    given = {"units": units, "tasks": tasks, "text": "加固机房，备好发电机", "consent": "组长，电话同意"}
    assert posts(office, found["typhoon"], "notification", **given).status_code == 303
    posts(town.as_("city"), found["typhoon"], "acknowledgement")
    found["monitor"] = hears(town, 40, hecha_component="relay")
    found["fronts"] = measures(town)
    yield town, found
    town.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("login", ["province", "engineer", "clerk"])
def test_pages_of_warnings_are_accessible_and_fit(
    chromium: Browser, things: tuple[Town, dict[str, str]], login: str, width: int, language: str
) -> None:
    town, found = things
    page = signed_in(chromium, town, login, language, width)
    paths = ["/warnings", "/warnings?show=all", f"/warnings/{found['fronts']}", f"/warnings/{found['monitor']}"]
    for path in paths if login == "clerk" else [*paths, f"/warnings/{found['typhoon']}"]:
        page.goto(town.address + path)
        for summary in page.locator("main details summary").all():
            summary.click()
        is_sound(page, f"{path} {width} {language}")
    page.context.close()


def test_news_is_entered_without_javascript(chromium: Browser, things: tuple[Town, dict[str, str]]) -> None:
    town, _ = things
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{town.address}/sign-in?next=/warnings")
    page.fill("#login", "city")
    page.fill("#password", password("city"))
    page.click("main button")
    page.goto(f"{town.address}/warnings")
    page.click("#entry summary")
    page.fill("#w-title", "江水漫堤")
    page.click("#entry button")
    assert page.locator("h1").inner_text() == "江水漫堤"
    page.fill("#a-reason", "水位仍在上涨")
    page.click('form[action$="/assessment"] button')
    assert "水位仍在上涨" in page.content()
    page.context.close()
