"""The incident page and my duties: what each person sees of one event, and what they owe."""

from collections.abc import Iterator

import pytest

from hecha.edges.web.pages.incidents import STAGES, stages
from tests.console import demo
from tests.console.town import Town


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.happens(demo.grave())
    yield place
    place.close()


def the_only(town: Town) -> str:
    (found,) = town.site.procedure.open("incident")
    return str(found.id)


def test_the_list_and_my_duties_name_the_event(town: Town) -> None:
    for path in ("/incidents", "/duties"):
        html = town.reader("province").get(path).text
        assert "全省网点核查受阻" in html
        assert the_only(town) in html


def test_the_page_says_grade_clause_and_countdown(town: Town) -> None:
    html = town.reader("province").get(f"/incidents/{the_only(town)}").text
    assert "1.4.2.2(2)" in html
    assert "还有 30 小时" in html
    assert "90 个县（市、区），涉及 11 个地市" in html


def test_what_all_share_is_everybodys_event_but_not_the_other_banks(town: Town) -> None:
    own = town.site.network.outlets[town.people["clerk"].outlet].bank  # type: ignore[index]
    html = town.reader("clerk").get(f"/incidents/{the_only(town)}").text
    others = [bank.zh for bank in town.site.network.banks.values() if bank.id != own]
    assert "全省网点核查受阻" in html
    assert not [zh for zh in others if zh in html]


def test_an_owed_estimate_is_a_duty_of_its_owner_alone(town: Town) -> None:
    assert "填报预计恢复时间" in town.reader("province").get("/duties").text
    assert "填报预计恢复时间" not in town.reader("city").get("/duties").text


def test_an_unknown_incident_says_the_way_out(town: Town) -> None:
    answer = town.reader("province").get("/incidents/E0")
    assert answer.status_code == 404
    assert "请从事件列表进入" in answer.text


def test_signing_in_leads_to_my_duties(town: Town) -> None:
    browser = town.as_("city")
    assert browser.get("/sign-in").headers["location"] == "/duties"


@pytest.mark.parametrize(
    ("kinds", "now"),
    [
        (set(), 0),
        ({"incident:event:opened"}, 1),
        ({"incident:event:opened", "report:report:sent", "incident:event:started"}, 3),
    ],
)
def test_the_stage_that_is_due_is_marked(kinds: set[str], now: int) -> None:
    states = [state for _, state in stages(kinds)]
    assert states[now] == "now"
    assert states.count("now") == 1
    assert len(states) == len(STAGES)
