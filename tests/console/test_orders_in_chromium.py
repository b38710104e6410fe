"""Orders and releases in a real browser: accessible, no wider than the window, by keyboard, and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from hecha.command.order import Order
from hecha.flow.command.read_back import code_of
from tests.console.commanded import EVENT, begins, orders, posts, published
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
def ordered() -> Iterator[tuple[Town, Order]]:
    """An order in force with a receipt and a problem, and a draft of a release."""
    town = Town()
    begins(town)
    order = published(town)
    bank = town.as_("bank-leader")
    posts(bank, f"/orders/{order.id}/receipt")
    posts(bank, f"/orders/{order.id}/problem", text="操作员不足", suggestion="请派人")
    given = {"name": "L-one", "incident": EVENT, "title": "公告", "text": "暂时受阻", "channel": "outlets"}
    assert posts(town.as_("province"), f"/releases?incident={EVENT}", **given).status_code == 303
    yield town, order
    town.close()


@pytest.mark.parametrize(("width", "language"), [(WIDTHS[0], "zh"), (WIDTHS[-1], "en")])
def test_pages_of_orders_are_accessible_and_fit(
    chromium: Browser, ordered: tuple[Town, Order], width: int, language: str
) -> None:
    town, order = ordered
    page = signed_in(chromium, town, "province", language, width)
    own = f"/orders/{order.id}"
    for path in ("/orders?tab=all", own, f"{own}/calls", f"/releases?incident={EVENT}", "/releases/L-one"):
        page.goto(town.address + path)
        for summary in page.locator("main details summary").all()[:8]:
            summary.click()
        is_sound(page, f"{path} {width} {language}")
    page.context.close()


def test_a_receipt_is_one_press_without_javascript_and_by_keyboard(
    chromium: Browser, ordered: tuple[Town, Order]
) -> None:
    town, order = ordered
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{town.address}/sign-in?next=/orders/{order.id}")
    page.fill("#login", "technology")
    page.fill("#password", password("technology"))
    page.click("main button")
    page.goto(f"{town.address}/orders/{order.id}")
    page.locator('form[action$="/receipt"] button').focus()
    page.keyboard.press("Enter")
    page.locator('form[action$="/receipt"]').wait_for(state="detached")
    key = f"{town.people['technology'].unit}.technology"
    assert orders(town)[0].receipts[key].name == town.people["technology"].name
    assert code_of(order, key) not in page.content()  # the code is for the telephone alone
    page.context.close()
