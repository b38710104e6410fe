"""The guard: headers on every page, changes only with the session's token and from our own pages, roles."""

import re

import pytest

from hecha.edges.web.app import CHANGES, PAGES
from hecha.edges.web.guard import HEADERS
from tests.console.town import Town, token_in

PLACES = {"{code}": "3303", "{theme}": "unavailable", "{what}": "outage", "{unit:path}": "pbc/33"}
EVERYONE = {"clerk", "clerk2", "engineer", "county", "city", "province", "leader", "auditor"}
COUNTERS, BANKS = {"clerk", "clerk2"}, {"clerk", "clerk2", "engineer"}
BRANCHES = {"county", "city", "province"}
MAY_READ = {
    "/": EVERYONE,
    "/duties": EVERYONE,
    "/warnings": EVERYONE,  # each what their unit may see
    "/rota": EVERYONE,
    "/rota.ics": EVERYONE,
    "/staffing": EVERYONE,  # the forms stand there for those who keep the unit, and for oneself
    "/incidents": EVERYONE,
    "/reports": EVERYONE,  # each the own ones
    "/decisions": EVERYONE,  # each the own line's; banks keep none
    "/handover": EVERYONE,  # each the own unit's and those below
    "/orders": EVERYONE,  # each those that they issue, take or stand above
    "/releases": EVERYONE,  # what is out; drafts of the own line
    "/evaluations": EVERYONE,  # each those that they may read
    "/measures": EVERYONE,  # each the own unit's
    "/recovery": EVERYONE,  # each the events that they see
    "/runbooks": EVERYONE,
    "/runs": EVERYONE,  # each the own ones
    "/vendors": EVERYONE,  # each the own unit's
    "/network": EVERYONE,
    "/areas/{code}": EVERYONE,
    "/grade": EVERYONE,
    "/guide": EVERYONE,
    "/counter": COUNTERS,
    "/counter/notice/{theme}": EVERYONE,
    "/differences": BANKS,
    "/delegations": COUNTERS | BRANCHES,
    "/batches": BANKS,
    "/agreements": {"engineer"},
    "/inbox": EVERYONE,  # each the own
    "/call-list": BRANCHES | {"leader", "engineer"},
    "/call-list/{subject}": BRANCHES | {"leader", "engineer"},
    "/deliveries": BRANCHES | {"leader", "engineer", "auditor"},
    "/ledger": {"province", "leader", "auditor"},
    "/registrations": EVERYONE,  # each the own part of it
    "/paper-pack": EVERYONE,
    "/paper-entry": COUNTERS,
    "/organization": EVERYONE,  # each the units that it may look up
    "/organization/phone-book": EVERYONE,
    "/organization/export": {"engineer", "county", "city", "province"},  # those who keep their unit
    "/organization/{unit:path}": EVERYONE,
    "/declare": EVERYONE,  # the lists; the forms stand there for those entitled
}


def filled(path: str) -> str:
    return re.sub(r"\{[\w:]+\}", lambda match: PLACES.get(match[0], "none"), path)


def test_every_page_without_an_id_stands_in_the_matrix() -> None:
    assert set(MAY_READ) == {path for path in PAGES if "{id}" not in path}


@pytest.mark.parametrize("path", MAY_READ)
def test_each_role_reads_its_own_pages_and_no_others(town: Town, path: str) -> None:
    allowed = {login for login in EVERYONE if town.reader(login).get(filled(path)).status_code == 200}
    assert allowed == MAY_READ[path]


def test_a_refusal_names_clause_and_way_out(town: Town) -> None:
    browser = town.as_("auditor")
    form = {"csrf": token_in(browser.get("/declare").text), "modes": "interface"}
    answer = browser.post("/declare/outage", data=form)
    assert answer.status_code == 403
    assert "3.2.3" in answer.text
    assert "请由发现中断的机构申报" in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/sign-in", "/nope", "/static/hecha.css"])
def test_every_answer_carries_the_security_headers(town: Town, path: str) -> None:
    headers = town.reader("clerk").get(filled(path)).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    is_static = path.startswith("/static/")
    assert ("immutable" in headers["cache-control"]) is is_static
    assert (headers["cache-control"] == "no-store") is not is_static


def test_the_policy_allows_nothing_inline_and_no_other_host() -> None:
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("path", [*CHANGES, "/sign-out"])
def test_a_change_without_the_sessions_token_is_refused(town: Town, path: str) -> None:
    browser, other = town.reader("clerk"), town.reader("clerk2")
    foreign = token_in(other.get("/").text)
    for fields in ({}, {"csrf": ""}, {"csrf": foreign}):
        assert browser.post(filled(path), data=fields).status_code == 403
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
def test_a_change_from_another_site_is_refused_even_with_the_token(town: Town, headers: dict[str, str]) -> None:
    browser = town.as_("clerk")
    fields = {"csrf": token_in(browser.get("/").text)}
    assert browser.post("/sign-out", data=fields, headers=headers).status_code == 403


def test_a_stranger_can_change_nothing(town: Town) -> None:
    for path in CHANGES:
        assert town.browser().post(filled(path), data={"csrf": "x"}).headers["location"].startswith("/sign-in")


def test_another_banks_pages_look_as_if_they_were_not_there(town: Town) -> None:
    own, others = town.people["engineer"], town.people["clerk2"]
    engineer = town.as_("engineer")
    bank = town.site.network.outlets[others.outlet].bank  # type: ignore[index]
    assert engineer.get(f"/{own.unit.replace('bank/', 'banks/')}").status_code == 200
    assert engineer.get(f"/banks/{bank}").status_code == 404
    assert engineer.get(f"/outlets/{others.outlet}").status_code == 404
    assert engineer.get("/outlets/none").text.count("没有这个网点") == engineer.get(
        f"/outlets/{others.outlet}"
    ).text.count("没有这个网点")


def test_search_finds_only_what_is_ones_own(town: Town) -> None:
    clerk, province = town.as_("clerk"), town.as_("province")
    outlet = town.people["clerk2"].outlet
    assert f"/outlets/{outlet}" not in clerk.get("/network", params={"q": outlet}).text
    assert f"/outlets/{outlet}" in province.get("/network", params={"q": outlet}).text


def test_a_body_that_is_too_large_is_refused_before_it_is_read(town: Town) -> None:
    browser = town.as_("clerk")
    answer = browser.post("/counter", content=b"x" * (5 << 20), headers={"content-type": "text/plain"})
    assert answer.status_code == 403


def test_no_form_sends_a_name_or_number_in_the_address(town: Town) -> None:
    html = town.as_("clerk").get("/counter").text
    forms = re.findall(r"<form[^>]*>.*?</form>", html, re.S)
    assert any('name="number"' in form for form in forms)
    assert all('method="post"' in form for form in forms if 'name="number"' in form or 'name="name"' in form)
