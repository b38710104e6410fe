"""Signing in: right and wrong passwords, too many failures, sessions that end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from hecha.edges.sandbox.accounts import FILE, OWN, sandbox_accounts
from hecha.edges.store.accounts import FAILURES_MAX, accounts_table, sessions_table
from tests.console import demo
from tests.console.town import Town, password, token_in


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town()
    yield place
    place.close()


def attempt(town: Town, login: str, secret: str) -> int:
    browser = town.browser()
    fields = {"csrf": token_in(browser.get("/sign-in").text), "login": login, "password": secret}
    return browser.post("/sign-in", data=fields).status_code


def test_the_right_password_opens_the_board(town: Town) -> None:
    assert "全省态势" in town.as_("province").get("/").text


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(town: Town) -> None:
    assert attempt(town, "clerk", "wrong") == attempt(town, "nobody", "wrong") == 401


def test_pages_send_strangers_to_sign_in_and_back(town: Town) -> None:
    answer = town.browser().get("/network")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/network")
    browser = town.browser()
    fields = {"csrf": token_in(browser.get("/sign-in?next=/network").text), "login": "city", "next": "/network"}
    assert browser.post("/sign-in", data=fields | {"password": password("city")}).headers["location"] == "/network"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_nobody_is_sent_to_another_host(town: Town, target: str) -> None:
    browser = town.browser()
    fields = {"csrf": token_in(browser.get("/sign-in").text), "login": "city", "next": target}
    assert browser.post("/sign-in", data=fields | {"password": password("city")}).headers["location"] == "/"


def test_after_five_failures_even_the_right_password_waits(town: Town) -> None:
    for _ in range(FAILURES_MAX):
        assert attempt(town, "clerk", "wrong") == 401
    assert attempt(town, "clerk", password("clerk")) == 429
    town.clock.passes(minutes=16)
    assert attempt(town, "clerk", password("clerk")) == 303


def test_an_old_form_is_asked_for_again(town: Town) -> None:
    fields = {"csrf": "x", "login": "clerk", "password": password("clerk")}
    assert town.browser().post("/sign-in", data=fields).status_code == 403


def test_a_session_ends_when_idle_and_after_a_working_day(town: Town) -> None:
    browser = town.as_("clerk")
    for _ in range(11):
        town.clock.passes(hours=1)
        assert browser.get("/").status_code == 200
    town.clock.passes(hours=1, minutes=1)
    assert browser.get("/").status_code == 303
    idle = town.as_("clerk")
    town.clock.passes(hours=2, minutes=1)
    assert idle.get("/").status_code == 303


def test_signing_out_ends_the_session_everywhere(town: Town) -> None:
    browser = town.as_("clerk")
    cookie = dict(browser.cookies)
    assert browser.post("/sign-out", data={"csrf": token_in(browser.get("/").text)}).status_code == 303
    other = town.browser()
    other.cookies.update(cookie)
    assert other.get("/").status_code == 303


def test_a_disabled_account_is_out_at_once(town: Town) -> None:
    browser = town.as_("clerk")
    change = sa.update(accounts_table).where(accounts_table.c.login == "clerk").values(disabled=True)
    town.store.submit(lambda tx: tx.connection.execute(change)).result(10)
    assert browser.get("/").status_code == 303
    assert attempt(town, "clerk", password("clerk")) == 401


def test_the_database_holds_neither_token_nor_password(town: Town) -> None:
    token = town.as_("clerk").cookies["hecha_session"]
    with town.store.read() as connection:
        rows = [str(row) for table in (accounts_table, sessions_table) for row in connection.execute(sa.select(table))]
    assert rows
    assert not any(token in row or password("clerk") in row for row in rows)
    assert sum("$argon2id$" in row for row in rows) == len(town.people)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(town: Town) -> None:
    browser = town.browser()
    fields = {"csrf": token_in(browser.get("/sign-in").text), "login": "clerk", "password": password("clerk")}
    cookies = browser.post("/sign-in", data=fields).headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("hecha_session="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session


def test_the_sandboxs_passwords_are_random_kept_and_for_the_owner_only(tmp_path: Path) -> None:
    first, again = (sandbox_accounts(demo.network(), tmp_path) for _ in range(2))
    assert first == again
    own = [secret for login, secret, _ in first if login in OWN]
    assert len(set(own)) == len(own)
    assert len({secret for login, secret, _ in first if login not in OWN} - set(own)) == 1  # hashed once for all
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other"
    other.mkdir()
    assert not {secret for _, secret, _ in first} & {secret for _, secret, _ in sandbox_accounts(demo.network(), other)}
