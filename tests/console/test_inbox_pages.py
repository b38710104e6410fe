"""The inbox, the call list, the page behind a link and the feed, as people meet them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from hecha.edges.notify import outbox
from hecha.edges.notify.contacts import MemoryContacts
from hecha.edges.notify.gate import FORGED_MAX
from hecha.edges.notify.links import ACKNOWLEDGE, LINK_LASTS, Grant
from hecha.edges.notify.outbox import ACKNOWLEDGED, OPEN
from hecha.edges.notify.settings import NotifySettings, Receipts
from hecha.edges.store import ledger
from hecha.flow.convey import Person, Way
from hecha.kernel.notices import Notice
from tests.console import demo
from tests.console.test_counter_page import form_with
from tests.console.town import Town

AT = demo.START
SECRET = "a-token-of-the-gateway-of-texts"
FRAGMENT = {"hx-request": "true"}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def people() -> MemoryContacts:
    zhang = Person("zhang", "张甲", {Way.SMS: "13800000001"}, ("0577-1001", "13800000001"), "city")
    wang = Person("wang", "王乙", {Way.SMS: "13800000002"}, ("0577-1002",))
    return MemoryContacts({(CITY, "office"): (zhang, wang)}, {CITY: "pbc/33"}, {CITY: ("0577-1000",)})


def unit_of(login: str) -> str:
    return next(str(who.unit) for who in demo_people() if who.account == login)


def demo_people():
    from hecha.edges.sandbox.accounts import sandbox_principals

    return sandbox_principals(demo.network())


CITY = unit_of("city")


@pytest.fixture
def town() -> Iterator[Town]:
    place = Town(contacts=people())
    yield place
    place.close()


def put(town: Town, key: str = "order:O12", **changes) -> str:
    said = {
        "key": key, "unit": CITY, "what": "order.start", "clause": "4.3.1(1)", "subject": "O12", "at": AT,
        "post": "office", "incident": "E7", "urgent": True, "wants_ack": True, "facts": {"level": "3", "area": "温州"},
    }  # fmt: skip
    notice = Notice(**said | changes)
    return town.store.submit(lambda tx: outbox.put(tx, notice)).result(10)


def state(town: Town, id: str) -> str:
    with town.store.read() as connection:
        return outbox.load(connection, id).state


def facts(town: Town, kind: str):
    with town.store.read() as connection:
        return [one.fact for one in ledger.read(connection, kind=kind)]


def link(town: Town, id: str, person: str = "zhang", purpose: str = ACKNOWLEDGE, lasts: timedelta = LINK_LASTS) -> str:
    return f"/n/{town.notices.links.make(Grant(id, purpose, person, town.clock() + lasts))}"


# --- the inbox -------------------------------------------------------------------------------------------------------


def test_a_notice_stands_in_the_inbox_of_its_unit_and_of_no_other(town: Town) -> None:
    id = put(town)
    page = town.as_("city").get("/inbox").text
    assert f"/inbox/{id}" in page
    assert "较大" in page
    for other in ("county", "province", "engineer", "clerk"):
        assert id not in town.as_(other).get("/inbox").text
        assert town.as_(other).get(f"/inbox/{id}").status_code == 404


def test_the_menu_counts_what_is_unread_and_reading_is_a_fact(town: Town) -> None:
    id = put(town)
    browser = town.as_("city")
    page = browser.get("/inbox").text
    assert "未读通知 1" in page
    answer = browser.post("/inbox/read", data=form_with(page, "/inbox/read"))
    assert answer.headers["location"].endswith("done=read")
    assert "未读通知" not in browser.get("/").text
    assert [(fact.subject, fact.by) for fact in facts(town, "notice:message:read")] == [(id, "city")]


def test_the_count_follows_while_a_page_stands_open(town: Town) -> None:
    browser = town.as_("city")
    assert 'hx-get="/unread"' in browser.get("/guide").text
    assert "未读通知" not in browser.get("/unread", headers=FRAGMENT).text
    put(town)
    assert "未读通知 1" in browser.get("/unread", headers=FRAGMENT).text


def test_who_was_signed_out_meanwhile_comes_back_to_the_page_and_not_to_the_count(town: Town) -> None:
    answer = town.browser().get("/unread", headers=FRAGMENT | {"hx-current-url": f"{town.address}/duties"})
    assert answer.headers["hx-redirect"] == "/sign-in?next=/duties"


def test_acknowledging_is_one_press_by_a_named_person(town: Town) -> None:
    id = put(town)
    browser = town.as_("city")
    page = browser.get(f"/inbox/{id}").text
    answer = browser.post(f"/inbox/{id}/acknowledgement", data=form_with(page, f"/inbox/{id}/acknowledgement"))
    assert answer.status_code == 303
    assert "已确认" in browser.get(answer.headers["location"]).text
    (fact,) = facts(town, "notice:message:acknowledged")
    assert (fact.by, fact.on_behalf_of, fact.clause, fact.data["how"]) == ("city", CITY, "4.3.1(1)", "inbox")


def test_words_that_changed_meanwhile_must_be_read_again(town: Town) -> None:
    id = put(town)
    browser = town.as_("city")
    form = form_with(browser.get(f"/inbox/{id}").text, f"/inbox/{id}/acknowledgement")
    put(town, facts={"level": "2"})
    answer = browser.post(f"/inbox/{id}/acknowledgement", data=form)
    assert answer.status_code == 409
    assert "已更新" in answer.text
    assert state(town, id) == OPEN


def test_another_post_and_an_auditor_do_not_acknowledge(town: Town) -> None:
    id = put(town, post="technology")
    browser = town.as_("city")
    page = browser.get(f"/inbox/{id}").text
    assert "acknowledgement" not in page
    form = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', page)[0], "revision": "1"}
    assert browser.post(f"/inbox/{id}/acknowledgement", data=form).status_code == 403
    assert state(town, id) == OPEN


def test_old_notices_are_found_page_by_page(town: Town) -> None:
    ids = [put(town, f"order:O{n}", at=AT + timedelta(minutes=n)) for n in range(60)]
    browser = town.as_("city")
    seen, path = [], "/inbox"
    while path:
        page = browser.get(path).text
        seen += re.findall(r'<a href="/inbox/(N[\w-]+)">', page)
        more = re.findall(r'href="(/inbox\?[^"]*after=[^"]+)"', page)
        path = more[0].replace("&amp;", "&") if more else ""
    assert seen == ids[::-1]


# --- the call list ---------------------------------------------------------------------------------------------------


def test_the_call_list_says_whom_to_call_and_a_read_back_acknowledges(town: Town) -> None:
    id = put(town)
    browser = town.as_("province")
    assert "/call-list/E7" in browser.get("/call-list").text
    page = browser.get("/call-list/E7").text
    for wanted in ("张甲", "0577-1001", "王乙", "0577-1002", "0577-1000", "较大")[:5]:
        assert wanted in page
    form = form_with(page, "/call-list/E7") | {"person": "王乙|0577-1002", "words": "启动三级响应，立即传达"}
    assert browser.post("/call-list/E7", data=form | {"outcome": "reached"}).status_code == 303
    assert state(town, id) == ACKNOWLEDGED
    assert "都已确认" in browser.get("/call-list/E7").text
    (made,) = facts(town, "notice:call:made")
    (acknowledged,) = facts(town, "notice:message:acknowledged")
    assert (made.by, made.data["person"], made.data["words"]) == ("province", "王乙", "启动三级响应，立即传达")
    assert (acknowledged.by, acknowledged.data["person"], acknowledged.data["how"]) == ("province", "王乙", "telephone")
    assert "0577" not in str(made.data)


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "wrong_number"])
def test_a_call_that_reached_nobody_is_noted_and_the_row_stays(town: Town, outcome: str) -> None:
    id = put(town)
    browser = town.as_("province")
    form = form_with(browser.get("/call-list/E7").text, "/call-list/E7") | {
        "outcome": outcome,
        "person": "张甲|0577-1001",
    }
    browser.post("/call-list/E7", data=form)
    browser.post("/call-list/E7", data=form)  # the same form again is the same call
    assert state(town, id) == OPEN
    assert len(facts(town, "notice:call:made")) == 1
    assert "057****1001" in browser.get("/call-list/E7").text


@pytest.mark.parametrize("wrong", [{"words": ""}, {"person": "", "name": ""}, {"outcome": "shouted"}])
def test_a_call_without_read_back_or_name_is_no_call(town: Town, wrong: dict[str, str]) -> None:
    id = put(town)
    browser = town.as_("province")
    form = form_with(browser.get("/call-list/E7").text, "/call-list/E7")
    answer = browser.post(
        "/call-list/E7", data=form | {"outcome": "reached", "words": "读回", "person": "张甲|1"} | wrong
    )
    assert answer.status_code == 422
    assert state(town, id) == OPEN
    assert facts(town, "notice:call:made") == []


def test_nobody_urges_units_beyond_the_own_area(town: Town) -> None:
    id = put(town, unit="pbc/3301", post="")
    form = {"outcome": "reached", "words": "读回", "person": "某人|", "notice": id, "key": "k"}
    browser = town.as_("city")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/inbox").text)[0]
    assert "都已确认" in browser.get("/call-list/E7").text
    assert browser.post("/call-list/E7", data=form | {"csrf": csrf}).status_code == 404
    assert state(town, id) == OPEN


# --- the page behind a link ------------------------------------------------------------------------------------------


def test_a_telephone_without_sign_in_confirms_with_one_press(town: Town) -> None:
    id, phone = put(town), town.browser()
    page = phone.get(link(town, id))
    assert page.status_code == 200
    assert "较大" not in page.text  # no content
    assert page.text.count("<button") == 1
    pressed = phone.post(link(town, id), data={"revision": "1"})
    assert "已确认" in pressed.text
    assert state(town, id) == ACKNOWLEDGED
    (fact,) = facts(town, "notice:message:acknowledged")
    assert (fact.by, fact.data["how"], fact.data["person"]) == ("link:zhang", "link", "张甲")


def test_looking_acknowledges_nothing(town: Town) -> None:
    id = put(town)
    for _ in range(5):
        town.browser().get(link(town, id))
        town.browser().head(link(town, id))
    assert state(town, id) == OPEN


def test_a_second_press_says_that_it_is_confirmed_already(town: Town) -> None:
    id, phone = put(town), town.browser()
    for _ in range(2):
        answer = phone.post(link(town, id), data={"revision": "1"})
    assert "已经确认过" in phone.get(link(town, id)).text
    assert answer.status_code == 200
    assert len(facts(town, "notice:message:acknowledged")) == 1


def test_a_link_ends_with_its_time_its_message_and_its_person(town: Town) -> None:
    id = put(town)
    old, strange = link(town, id), link(town, id, person="nobody")
    assert "已失效" in town.browser().post(strange, data={"revision": "1"}).text
    town.clock.passes(hours=25)
    assert "已过期" in town.browser().post(old, data={"revision": "1"}).text
    fresh = link(town, id)
    put(town, what="order.end")
    assert "已失效" in town.browser().post(fresh, data={"revision": "1"}).text
    assert facts(town, "notice:message:acknowledged") == []


def test_a_text_that_changed_under_the_finger_asks_again(town: Town) -> None:
    id = put(town)
    put(town, facts={"level": "2"})
    answer = town.browser().post(link(town, id), data={"revision": "1"})
    assert "再按一次" in answer.text
    assert state(town, id) == OPEN


@pytest.mark.parametrize("token", ["x", "x.y", "", "a..b", "é.é", "A" * 3000])
def test_forged_links_are_refused(town: Town, token: str) -> None:
    answer = town.browser().get(f"/n/{token}")
    assert answer.status_code in (403, 404)


def test_a_link_for_another_purpose_confirms_nothing(town: Town) -> None:
    id = put(town)
    assert town.browser().post(link(town, id, purpose="read"), data={"revision": "1"}).status_code == 403
    assert state(town, id) == OPEN


def test_who_forges_too_often_waits_and_hinders_nobody_with_a_real_link(town: Town) -> None:
    id, phone = put(town), town.browser()
    answers = [phone.get("/n/x.y").status_code for _ in range(FORGED_MAX + 1)]
    assert answers[-2:] == [403, 429]
    assert phone.post(link(town, id), data={"revision": "1"}).status_code == 200
    assert state(town, id) == ACKNOWLEDGED
    town.clock.passes(minutes=16)
    assert phone.get("/n/x.y").status_code == 403


# --- the feed --------------------------------------------------------------------------------------------------------


def test_the_feed_has_a_secret_address_of_its_own(town: Town) -> None:
    put(town)
    browser = town.as_("city")
    opened = browser.post("/inbox/feed", data=form_with(browser.get("/inbox").text, "/inbox/feed")).text
    path = re.findall(r"(/inbox\.atom\?key=[\w-]+)", opened)[0]
    reader = town.browser()
    answer = reader.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    assert len(feed.findall("a:entry", ATOM)) == 1
    assert "温州" not in answer.text  # titles only
    again = browser.post("/inbox/feed", data=form_with(browser.get("/inbox").text, "/inbox/feed")).text
    assert reader.get(path).status_code == 404
    renewed = re.findall(r"(/inbox\.atom\?key=[\w-]+)", again)[0]
    assert reader.get(renewed).status_code == 200
    browser.post("/inbox/feed-end", data=form_with(browser.get("/inbox").text, "/inbox/feed-end"))
    assert reader.get(renewed).status_code == 404
    assert reader.get("/inbox.atom").status_code == 404


# --- receipts of the SMS gateway -------------------------------------------------------------------------------------


def test_receipts_need_the_gateways_token(town: Town) -> None:
    gateway = town.browser()
    assert gateway.post("/receipts/sms", json={"id": "P1"}).status_code == 404
    object.__setattr__(town.notices, "settings", NotifySettings(receipts=Receipts(SECRET, "id", ("status", "DELIVRD"))))
    said = {"id": "P1", "status": "DELIVRD"}
    assert gateway.post("/receipts/sms", json=said).status_code == 401
    assert gateway.post("/receipts/sms", json=said, headers={"authorization": "Bearer wrong"}).status_code == 401
    right = {"authorization": f"Bearer {SECRET}"}
    assert gateway.post("/receipts/sms", json=said, headers=right).json() == {"code": 0}
    assert gateway.post("/receipts/sms", content=b"{", headers=right).status_code == 422
