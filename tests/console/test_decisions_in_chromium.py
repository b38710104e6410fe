"""Deciding in a real browser: sound at both widths, in both languages; a leader reads and signs on a telephone, with
keyboard only, and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.test_decision_pages import goes, happens, presses, proposes
from tests.console.test_pages_in_chromium import WIDTHS, chromium, is_sound, signed_in  # noqa: F401
from tests.console.town import Town, password

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


@pytest.fixture(scope="module")
def places(town: Town) -> dict[str, str]:
    """An event with a meeting that was held, a proposal that waits, one that was taken, and a shift to be taken."""
    incident = happens(town)
    (meeting,) = (one.id for one in town.site.procedure.of(incident, "meeting"))
    at = f"/meetings/{meeting}"
    there = {"how-0": "present", "how-1": "telephone"}
    goes(presses(town, "province", f"{at}/attendance", chair="沙箱领导小组", **there))
    goes(presses(town, "province", f"{at}/minutes", cause="数据源异常", conclusion="先抢修，同时研究启动"))
    taken = proposes(town, "leader", incident, "repair_first")
    waiting = proposes(town, "leader", incident, "start")
    again = goes(presses(town, "deputy", "/meetings", incident=incident))
    goes(presses(town, "province", f"{again}/attendance", chair="沙箱领导小组", **there))
    goes(presses(town, "province", f"{again}/experts", others="李专家", question="四小时内能否修复"))
    goes(presses(town, "city-leader", "/handlings", name="H-1", incident=incident, text="辖内先登记、后补核"))
    shift = goes(presses(town, "province", "/handover", name="S-1", taker="沙箱省副组长", notes="等公安部门答复"))
    return {
        "incident": f"/incidents/{incident}",
        "list": "/decisions",
        "meetings": "/decisions?tab=meetings",
        "meeting": at,
        "open meeting": again,
        "waiting": waiting,
        "taken": taken,
        "brief": f"/brief/{incident}",
        "shifts": "/handover",
        "shift": shift,
    }


def opened(page: Page) -> None:
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_deciding_is_sound(
    chromium: Browser,  # noqa: F811
    town: Town,
    places: dict[str, str],
    width: int,
    language: str,
) -> None:
    page = signed_in(chromium, town, "deputy", language, width)
    for name, path in places.items():
        page.goto(town.address + path)
        is_sound(page, f"{name} {width} {language}")
        opened(page)
        is_sound(page, f"{name} with everything open, {width} {language}")
    page.context.close()


def test_a_leader_signs_on_a_telephone_without_script(
    chromium: Browser,  # noqa: F811
    town: Town,
) -> None:
    incident = happens(town)
    decision = proposes(town, "leader", incident)
    page = chromium.new_context(java_script_enabled=False, viewport={"width": 400, "height": 800}).new_page()
    page.goto(f"{town.address}/sign-in?next=/brief/{incident}")
    page.fill("#login", "deputy")
    page.fill("#password", password("deputy"))
    page.click("main button")
    expect(page.locator(".asks")).to_contain_text("启动应急处置办法")
    page.fill("#p-1", password("deputy"))
    page.click(".asks button.large")
    expect(page.get_by_role("status")).to_contain_text("已签字")
    page.goto(town.address + decision)
    expect(page.locator("h1 + .level + .tag")).to_have_text("已决定")
    page.context.close()


def test_a_leader_decides_by_keyboard_alone(chromium: Browser, town: Town) -> None:  # noqa: F811
    incident = happens(town)
    page = signed_in(chromium, town, "leader", width=400)
    page.goto(f"{town.address}/brief/{incident}")
    page.locator("#d-kind").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("预计四小时内不能修复")
    page.keyboard.press("Tab")
    page.keyboard.type(password("leader"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已签字")
    page.context.close()
