"""Evaluations in a real browser: sound at both widths, in both languages; written and signed, also without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.evaluated import evaluated, incident, review
from tests.console.test_evaluation_pages import CAUSES
from tests.console.test_pages_in_chromium import WIDTHS, chromium, is_sound, signed_in  # noqa: F401
from tests.console.town import Town, password

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = evaluated()
    try:
        yield place
    finally:
        place.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_lists_and_the_evaluation_are_sound(
    chromium: Browser,  # noqa: F811
    town: Town,
    width: int,
    language: str,
) -> None:
    page = signed_in(chromium, town, "province", language, width)
    for path in ("/evaluations", "/evaluations?tab=all", f"/incidents/{incident(town).id}"):
        page.goto(f"{town.address}{path}")
        is_sound(page, f"{path} {width} {language}")
    page.goto(f"{town.address}/evaluations/{review(town)}")
    is_sound(page, f"the evaluation, {width} {language}")
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    is_sound(page, f"with everything open, {width} {language}")
    page.context.close()


def bare(chromium: Browser, town: Town, login: str) -> Page:  # noqa: F811
    """Signed in without script, on the evaluation's page."""
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{town.address}/sign-in")
    page.fill("#login", login)
    page.fill("#password", password(login))
    page.click("main button")
    page.goto(f"{town.address}/evaluations/{review(town)}")
    return page


def test_written_and_signed_without_script(chromium: Browser, town: Town) -> None:  # noqa: F811
    for party, login in CAUSES.items():
        page = bare(chromium, town, login)
        page.fill(f"#a-{party}", f"{party}：两台前置同用一路市电")
        page.locator(f"form:has(#a-{party}) button").click()
        expect(page.locator("main")).to_contain_text(f"{party}：两台前置同用一路市电")
        page.context.close()
    page = bare(chromium, town, "province")
    page.fill("#l-text", "备机没有单独供电")
    page.locator("form:has(#l-text) button").click()
    page.locator("form[action$=signature] button").click()
    expect(page.locator("h1 ~ .tag")).to_have_text("评估已完成")
    is_over = page.locator("form[action$=lesson], form[action$=analysis]")
    expect(is_over).to_have_count(0)
    page.context.close()
