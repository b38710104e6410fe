"""The ledger as a page: newest first, by kind and subject, with its chain; for the province, without citizens."""

import re
from collections.abc import Iterator

import pytest

from hecha.edges.store.ledger_page import page
from tests.console.test_counter_page import asks, form_with
from tests.console.town import Town


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    place.chain.down = True
    yield place
    place.close()


def test_the_auditor_reads_who_did_what_but_no_citizen(town: Town) -> None:
    clerk, auditor = town.as_("clerk"), town.as_("auditor")
    form = form_with(asks(clerk, town), "/counter/registration") | {"telephone": "0571-0000"}
    entry = re.findall(r"/registrations/(R[\w-]+)", clerk.post("/counter/registration", data=form).text)[0]
    clerk.get(f"/registrations/{entry}")
    html = auditor.get("/ledger").text
    assert "项项相符" in html
    assert html.index("打开客户资料") < html.index("登记业务")  # newest first
    for private in (town.citizen().name, town.citizen().number, "0571-0000"):
        assert private not in html
    one = auditor.get(f"/ledger?subject={entry}").text
    assert "登记业务" in one.split('id="facts"')[1]
    assert "打开客户资料" not in one.split("<tbody>")[1]
    assert "登记业务" not in auditor.get("/ledger?kind=account:").text.split("<tbody>")[1]


@pytest.mark.parametrize("login", ["clerk", "engineer", "county", "city"])
def test_nobody_below_the_province_reads_the_ledger(town: Town, login: str) -> None:
    browser = town.as_(login)
    assert browser.get("/ledger").status_code == 403
    assert 'href="/ledger"' not in browser.get("/").text


def test_pages_follow_each_other_without_a_gap(town: Town) -> None:
    for _ in range(3):
        town.as_("leader")
    with town.store.read() as connection:
        seen, before = [], 0
        while True:  # ok: each page is shorter by what was seen
            found, following = page(connection, before=before, limit=2)
            seen += [one.seq for one in found]
            if following is None:
                break
            before = following
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == 1
    assert len(seen) == seen[0]


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999999999", "kind=nothing", "subject=%27--", "before=-1"]
)
def test_odd_queries_do_no_harm(town: Town, query: str) -> None:
    assert town.as_("leader").get(f"/ledger?{query}").status_code == 200
