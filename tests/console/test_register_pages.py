"""The register of all days, agreed delegates, and the whole number for a delegate that enters it by hand."""

import re
from collections.abc import Iterator

import pytest

from hecha.edges.store import lives
from hecha.edges.web.pages import register
from hecha.response.backlog import Answer, State
from hecha.verification.outcome import Outcome
from tests.console.test_counter_page import asks, form_with
from tests.console.town import Town


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    place.chain.down = True
    yield place
    place.close()


def registers(town: Town) -> str:
    browser = town.as_("clerk")
    form = form_with(asks(browser, town), "/counter/registration") | {"telephone": "0571-0000"}
    done = browser.post("/counter/registration", data=form).text
    return str(re.findall(r"/registrations/(R[\w-]+)", done)[0])


def test_an_entry_of_another_day_is_found_again(town: Town) -> None:
    entry = registers(town)
    town.clock.passes(hours=40)
    counter = town.as_("clerk").get("/counter").text
    assert entry not in counter
    assert 'href="/registrations"' in counter
    page = town.as_("clerk").get("/registrations").text
    assert entry in page
    assert "恢复后自动补核" in page
    assert entry not in town.as_("clerk").get("/registrations?state=differs").text
    assert entry in town.as_("clerk").get("/registrations?state=all").text
    assert entry in town.as_("engineer").get("/registrations").text
    assert entry not in town.as_("clerk2").get("/registrations").text


def test_an_auditor_reads_the_register_without_citizens(town: Town) -> None:
    entry, auditor = registers(town), town.as_("auditor")
    page = auditor.get("/registrations").text
    assert f'href="/registrations/{entry}"' in page
    one = auditor.get(f"/registrations/{entry}").text
    assert entry in one
    for private in (town.citizen().name, town.citizen().number[-4:], "0571-0000"):
        assert private not in page
        assert private not in one


def test_waiting_entries_come_first_and_every_state_has_its_tab() -> None:
    assert register.STATES[0] == State.REGISTERED.value
    assert set(register.STATES) == {state.value for state in State}


def test_long_lists_go_on(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = registers(town), registers(town)
    desk = type(town.site.desk)
    short, batches = desk.registrations, desk.delegations
    monkeypatch.setattr(desk, "registrations", lambda self, who, **more: short(self, who, **(more | {"limit": 1})))
    browser, seen, path = town.as_("clerk"), [], "/registrations"
    for _ in range(2):
        html = browser.get(path).text
        seen += re.findall(r'href="/registrations/(R[\w-]+)"', html)
        more = re.findall(r'href="(/registrations\?[^"]*after=[^"]+)"', html)
        path = more[0].replace("&amp;", "&") if more else ""
    assert sorted(seen) == sorted([first, second])
    assert path == ""
    monkeypatch.setattr(desk, "delegations", lambda self, who, **more: batches(self, who, **(more | {"limit": 1})))
    asked = [asks_branch(town) for _ in range(2)]
    html = town.as_("clerk").get("/delegations").text
    further = re.findall(r'href="(/delegations\?[^"]*after=[^"]+)"', html)[0].replace("&amp;", "&")
    assert asked[1] in html
    assert asked[0] in town.as_("clerk").get(further).text


def asks_branch(town: Town) -> str:
    """The clerk asks the city's branch; the delegation's id."""
    clerk = town.as_("clerk")
    form = form_with(asks(clerk, town), "/counter/delegation") | {"delegate": str(town.people["city"].unit)}
    town.clock.passes(seconds=1)
    return str(re.findall(r"/delegations/(W[\w-]+)", clerk.post("/counter/delegation", data=form).text)[0])


def test_a_branch_sees_the_whole_number_after_accepting_and_only_then(town: Town) -> None:
    page, who, branch = f"/delegations/{asks_branch(town)}", town.citizen(), town.as_("city")
    before = branch.get(page).text
    assert who.name not in before
    assert who.number not in before
    branch.post(page, data=form_with(before, page, 'value="accept"'))
    accepted = branch.get(page).text
    assert who.name in accepted
    assert who.number in accepted
    assert who.number not in town.as_("clerk").get(page).text
    done = branch.post(page, data=form_with(accepted, page, 'value="perform"') | {"outcome": "match_photo"}).text
    assert "已代为核查" in done
    assert who.number not in done


def test_an_engineer_agrees_with_a_delegate_whom_the_card_offers_first(town: Town) -> None:
    engineer, neighbour = town.as_("engineer"), town.people["clerk2"].outlet
    form = form_with(engineer.get("/agreements").text, "/agreements/make")
    wanted = form | {"outlet": str(neighbour), "telephone": "0571-5550101", "rank": "1"}
    made = engineer.post("/agreements/make", data=wanted)
    assert made.headers["location"] == "/agreements?done=made"
    listed = engineer.get("/agreements").text
    assert "0571-5550101" in listed
    assert "其他银行机构" in listed.split("登记约定")[0]
    first = asks(town.as_("clerk"), town).split('name="delegate"')[1]
    assert f'value="outlet/{neighbour}"' in first
    assert "0571-5550101" in first
    ended = engineer.post("/agreements/end", data=form_with(listed, "/agreements/end"))
    assert ended.headers["location"] == "/agreements?done=ended"
    assert "0571-5550101" not in engineer.get("/agreements").text


@pytest.mark.parametrize("fields", [{}, {"unit": "pbc/33", "outlet": "x"}, {"outlet": "nowhere"}, {"rank": "0"}])
def test_an_agreement_names_one_unit_that_exists(town: Town, fields: dict[str, str]) -> None:
    engineer = town.as_("engineer")
    form = form_with(engineer.get("/agreements").text, "/agreements/make") | {"telephone": "1"}
    if "rank" in fields:
        fields = fields | {"unit": "pbc/33"}
    assert engineer.post("/agreements/make", data=form | fields).status_code == 422


def test_only_engineers_agree(town: Town) -> None:
    for login in ("clerk", "city", "auditor"):
        assert town.as_(login).get("/agreements").status_code == 403


def test_what_differs_is_called_again_or_certified_for_the_police(town: Town) -> None:
    entry, who, clerk = differing(town), town.citizen(), town.as_("clerk")
    form = form_with(clerk.get("/differences").text, f"/registrations/{entry}/unreached")
    assert "再联系" in clerk.post(f"/registrations/{entry}/unreached", data=form, follow_redirects=True).text
    form = form_with(clerk.get("/differences").text, f"/registrations/{entry}/certificate")
    paper = clerk.post(f"/registrations/{entry}/certificate", data=form, follow_redirects=True).text
    assert who.number in paper
    assert "公安机关回执" in paper
    assert "2 个工作日" in paper
    assert who.number not in clerk.get("/differences").text
    assert town.as_("auditor").get(f"/registrations/{entry}/certificate").status_code in (403, 404)


def differing(town: Town) -> str:
    """The clerk registers somebody whom the police do not know by this name."""
    entry = registers(town)
    answer = Answer(Outcome.NAME_MISMATCH, town.clock())
    town.store.submit(lambda tx: lives.register.do(tx, entry, answer)).result()
    return entry
