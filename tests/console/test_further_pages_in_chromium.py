"""The register, agreements, the ledger and judgements in a real browser: accessible, and no wider than the window."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.console.test_pages_in_chromium import ARGUMENTS, WIDTHS, is_sound, signed_in
from tests.console.town import Town

pytestmark = pytest.mark.browser
VISITS = {
    "clerk": ("/registrations", "/registrations?state=all"),
    "engineer": ("/registrations", "/agreements"),
    "leader": ("/declare", "/ledger"),
    "province": ("/organization", "/organization?q=温州", "/organization?show=missing", "/organization/pbc/33"),
    "county": ("/organization/pbc/330305", "/organization/pbc/330305?person=P000400"),
    "city": ("/organization/phone-book",),
    "bank-leader": ("/organization", "/organization/bank/cb-yongjiang"),
    "auditor": ("/ledger", "/ledger?kind=account:", "/registrations"),
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("login", VISITS)
def test_further_pages_are_accessible_and_fit(
    chromium: Browser, town: Town, login: str, width: int, language: str
) -> None:
    page = signed_in(chromium, town, login, language, width)
    for path in VISITS[login]:
        page.goto(town.address + path)
        is_sound(page, f"{path} {width} {language}")
    page.context.close()
