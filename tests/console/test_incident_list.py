"""The list of events: narrowed by the server, in its address, as each person may see them."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from hecha.edges.api.incidents import page
from hecha.edges.procedure.incident_lists import Wanted, all_of
from hecha.incident.event import Phase
from hecha.kernel.ids import Nature
from hecha.organization.sight import Sight
from tests.console import demo
from tests.console.test_incident_page import does
from tests.console.town import Town

HAND = {
    "进水": {"nature": "environment", "level": "4", "areas": "3303"},
    "缺员": {"nature": "public_health", "level": "3", "areas": "330381"},
    "停电": {"nature": "power", "level": "4", "areas": "3307"},
    "全省谣言": {"nature": "social_security", "level": "3"},
}
WATCHED = "全省网点核查受阻"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    for title, form in HAND.items():
        place.clock.passes(minutes=1)
        assert does(place, "province", "/incidents", title=title, reason="情况", **form).status_code == 303
    yield place
    place.close()


def titles(html: str) -> list[str]:
    return [one for one in (WATCHED, *HAND) if re.search(rf"/incidents/E[^>]+>[^/]*{one}", html)]


@pytest.mark.parametrize("show", ["", "show=all&"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [WATCHED, *HAND]),
        ("level=4", ["进水", "停电"]),
        ("nature=public_health", ["缺员"]),
        ("area=3303", [WATCHED, "进水", "缺员", "全省谣言"]),  # a county of it too, and what touches the whole province
        ("area=330381", [WATCHED, "进水", "缺员", "全省谣言"]),
        ("area=3307&level=4", ["停电"]),
        ("q=停", ["停电"]),
        ("phase=closed", []),
        ("phase=nonsense&level=x&area=99&nature=weather", [WATCHED, *HAND]),
    ],
)
def test_the_server_narrows_the_list(town: Town, show: str, query: str, found: list[str]) -> None:
    html = town.reader("province").get(f"/incidents?{show}{query}").text
    assert titles(html) == found
    if not found:
        assert "没有这样的事件" in html


def test_what_was_chosen_stays_chosen_when_the_list_follows_by_itself(town: Town) -> None:
    html = town.reader("province").get("/incidents?show=all&level=4&nature=power").text
    assert 'hx-get="/incidents?show=all&amp;level=4&amp;nature=power"' in html
    assert '<option value="power" selected>' in html


def test_nobody_finds_more_than_they_may_see(town: Town) -> None:
    assert "停电" not in titles(town.reader("city").get("/incidents?show=all&q=停").text)
    assert "全省谣言" in titles(town.reader("city").get("/incidents").text)


def test_page_by_page_each_event_comes_once(town: Town) -> None:
    procedure, sight = town.site.procedure, Sight(demo.network(), town.people["province"])
    for wanted, count in ((Wanted(), 5), (Wanted(level=4), 2), (Wanted(phase=Phase.OPEN, nature=Nature.POWER), 1)):
        seen, before = [], ""
        while True:
            some = all_of(procedure, sight, wanted, before, 1)
            seen += some.incidents
            if not some.next:
                break
            before = some.next
        assert len({one.id for one in seen}) == len(seen) == count
        assert all(one.opened >= other.opened for one, other in pairwise(seen))


def test_the_api_narrows_alike(town: Town) -> None:
    answer = page(town.site.incidents, town.people["province"], Wanted(level=4, area="3307"), "", 50)
    assert [one["title"] for one in answer["items"]] == ["停电"]
    assert answer["next"] is None
