"""Reports in a real browser: sound at both widths, in both languages; sent by one typed line, also without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console import demo
from tests.console.test_pages_in_chromium import WIDTHS, chromium, is_sound, signed_in  # noqa: F401
from tests.console.town import Town, password

pytestmark = pytest.mark.browser
LINE = "先登记、后补核，已通知各网点"


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    yield place
    place.close()


def first(page: Page, town: Town, tab: str) -> None:
    """Opens the first report of a tab."""
    page.goto(f"{town.address}/reports?tab={tab}")
    page.locator("tbody th a").first.click()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_lists_form_and_sent_report_are_sound(
    chromium: Browser,  # noqa: F811
    town: Town,
    width: int,
    language: str,
) -> None:
    page = signed_in(chromium, town, "engineer", language, width)
    page.goto(f"{town.address}/reports")
    is_sound(page, f"/reports {width} {language}")
    first(page, town, "to_send")
    is_sound(page, f"the form, {width} {language}")
    page.fill("#r-handling", LINE)
    page.locator("form.report > .actions button").first.click()
    is_sound(page, f"sent, {width} {language}")
    page.context.close()
    office = signed_in(chromium, town, "province", language, width)
    first(office, town, "to_receive")
    office.locator("form[action$=receipt] button").click()
    is_sound(office, f"received, {width} {language}")
    first(office, town, "to_send")
    is_sound(office, f"with a report from below, {width} {language}")
    for details in office.locator("details").all():
        details.evaluate("one => one.open = true")
    is_sound(office, f"with everything open, {width} {language}")
    office.context.close()


def test_one_line_and_one_press_without_script(chromium: Browser, town: Town) -> None:  # noqa: F811
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{town.address}/sign-in")
    page.fill("#login", "engineer")
    page.fill("#password", password("engineer"))
    page.click("main button")
    first(page, town, "to_send")
    page.fill("#r-handling", LINE)
    page.locator("form.report > .actions button").first.click()
    expect(page.locator("main")).to_contain_text(LINE)
    expect(page.locator("h1 + .level + .tag")).to_have_text("已报出")
    page.context.close()


def test_a_browser_does_not_send_what_must_be_said_and_is_not(chromium: Browser, town: Town) -> None:  # noqa: F811
    page = signed_in(chromium, town, "engineer")
    first(page, town, "to_send")
    page.locator("form.report > .actions button").first.click()
    expect(page.locator("#r-handling:invalid")).to_be_visible()
    page.locator("form.report > .actions button.second").click()  # a draft may be unfinished
    expect(page.locator("h1 + .level + .tag")).to_have_text("待报")
    page.context.close()
