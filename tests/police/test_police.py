"""The police source through a real server: what it answers, whom it serves, and how each fault shows."""

import base64
import json
import socket
from itertools import islice

import pytest

from hecha.edges.hops import mac
from hecha.edges.police_source import WITHHELD
from hecha.edges.sandbox.photos import photo
from tests.police.conftest import KEY


def citizens(people, **wanted):
    """Citizens with these properties, in the order of a fixed sample."""
    return (
        one for one in people.sample(5000, seed=7) if all(getattr(one, name) == value for name, value in wanted.items())
    )


def healthy(people, **wanted):
    return next(citizens(people, has_photo=True, card_lost=False, card_invalid=False, **wanted))


def test_a_citizen_under_the_own_name_matches_with_a_photo(desk, people):
    citizen = healthy(people)
    question = desk.question(citizen.name, citizen.number)
    reply = desk.post("/hop/verify", json.dumps(question).encode(), **desk.passport())
    answer = reply.json
    assert (answer["outcome"], answer["id"]) == ("match_photo", question["id"])
    assert base64.b64decode(answer["photo"]) == photo(citizen.index)
    assert answer["issuing_authority"] == citizen.card_authority
    assert [step["hop"] for step in answer["path"]] == ["police"]
    assert mac.valid(KEY, question["id"].encode(), reply.body, reply.mac.encode())


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        ({"has_photo": False, "card_lost": False, "card_invalid": False}, "match_no_photo"),
        ({"card_lost": True}, "card_lost"),
        ({"card_invalid": True}, "card_invalid"),
    ],
)
def test_other_citizens_get_the_outcome_of_their_records(desk, people, wanted, outcome):
    answer = desk.about(next(citizens(people, **wanted)))
    assert answer["outcome"] == outcome
    assert not answer.get("photo")


def test_another_name_is_a_mismatch_and_says_nothing_of_the_card(desk, people):
    for wanted in ({"card_lost": True}, {"card_lost": False}):
        answer = desk.ask("无此名", next(citizens(people, **wanted)).number).json
        assert answer["outcome"] == "name_mismatch"
        assert "issuing_authority" not in answer


def test_a_number_that_nobody_has_is_not_found_and_a_wrong_one_is_an_input_error(desk, people):
    assert desk.ask("王小明", people.nobody(1)).json["outcome"] == "not_found"
    assert desk.ask("王小明", healthy(people).number[:-1]).json["outcome"] == "input_error"
    assert desk.ask("", healthy(people).number).json["outcome"] == "input_error"


def test_only_hops_that_share_a_key_are_served(desk, people):
    citizen = healthy(people)
    body = json.dumps(desk.question(citizen.name, citizen.number)).encode()
    for passport in ("", "relay", "relay 00", "front-a " + desk.passport()["x-hecha-hop"].split()[1]):
        reply = desk.post("/hop/verify", body, **{"x-hecha-hop": passport})
        assert (reply.status, reply.mac) == (403, "")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": 1}', b'{"id": "x", "surprise": 1}', b"\xff"])
@pytest.mark.parametrize("path", ["/hop/verify", "/hop/ping"])
def test_a_malformed_request_is_422_without_a_mac(desk, path, body):
    reply = desk.post(path, body, **desk.passport())
    assert (reply.status, reply.mac) == (422, "")


def test_a_body_beyond_the_limit_is_refused(desk):
    assert desk.post("/hop/verify", b"x" * 20_000, **desk.passport()).status == 413


def test_a_body_that_does_not_arrive_is_given_up(desk):
    with socket.create_connection(("127.0.0.1", desk.port), timeout=10) as caller:
        passport = desk.passport()["x-hecha-hop"]
        head = f"POST /hop/verify HTTP/1.1\r\nhost: x\r\nx-hecha-hop: {passport}\r\ncontent-length: 50\r\n\r\n{{"
        caller.sendall(head.encode())
        assert caller.recv(200).startswith(b"HTTP/1.1 408")


def test_a_ping_is_answered_with_a_mac(desk):
    reply = desk.post("/hop/ping", b'{"id": "p1"}', **desk.passport())
    assert reply.json["reached"] is True
    assert mac.valid(KEY, b"p1", reply.body, reply.mac.encode())


def test_its_state_can_be_seen_and_metrics_hold_no_citizen(desk, people):
    citizen = healthy(people)
    desk.about(citizen)
    assert desk.get("/healthz").status == desk.get("/readyz").status == 200
    metrics = desk.get("/metrics").body.decode()
    assert "hecha_police_requests_total" in metrics
    assert citizen.number not in metrics
    assert desk.get("/nothing").status == 404


# Faults of the data ---------------------------------------------------------------------------------------------


def test_half_of_a_citys_records_wrong_shows_in_that_city_alone(desk, people):
    desk.breaks("data", "3303=0.43")
    right = wrong = 0
    for citizen in islice(citizens(people, city="3303", card_lost=False, card_invalid=False), 300):
        outcome = desk.about(citizen)["outcome"]
        assert outcome in ("match_photo", "match_no_photo", "not_found", "name_mismatch")
        right, wrong = (right + 1, wrong) if outcome.startswith("match") else (right, wrong + 1)
    assert 0.35 < right / (right + wrong) < 0.51
    assert desk.about(healthy(people, city="3301"))["outcome"] == "match_photo"


def test_the_same_citizens_are_hit_each_time_and_both_ways(desk, people):
    desk.breaks("data", "温州=0.43")
    some = list(islice(citizens(people, city="3303"), 60))
    first = [desk.about(one)["outcome"] for one in some]
    assert [desk.about(one)["outcome"] for one in some] == first
    assert {"not_found", "name_mismatch"} <= set(first)


def test_it_is_the_city_of_registration_that_counts_and_not_the_numbers_prefix(desk, people):
    desk.breaks("data", "3303=missing")
    came = next(one for one in citizens(people, city="3303") if not one.number.startswith("3303"))
    left = next(one for one in citizens(people) if one.number.startswith("3303") and one.city != "3303")
    assert desk.about(came)["outcome"] == "not_found"
    assert desk.about(left)["outcome"] != "not_found"


@pytest.mark.parametrize(("accuracy", "wrong"), [("1", 0), ("0", 40)])
def test_the_ends_of_accuracy(desk, people, accuracy, wrong):
    desk.breaks("data", f"3303={accuracy}")
    outcomes = [desk.about(one)["outcome"] for one in islice(citizens(people, city="3303"), 40)]
    assert sum(outcome in ("not_found", "name_mismatch") for outcome in outcomes) == wrong


def test_shifted_photos_in_a_county(desk, people):
    desk.breaks("photo", "330302=shifted")
    citizen = healthy(people, county="330302")
    assert base64.b64decode(desk.about(citizen)["photo"]) == photo(citizen.index + 1)
    other = healthy(people, county="330303")
    assert base64.b64decode(desk.about(other)["photo"]) == photo(other.index)


def test_without_the_photo_service_matches_come_without_photo(desk, people):
    desk.breaks("photo", "all=down")
    answer = desk.about(healthy(people))
    assert answer["outcome"] == "match_no_photo"
    assert "photo" not in answer


@pytest.mark.parametrize("word", ["OTHER_ERROR", "NOT_FOUND_OR_MISMATCH"])
def test_odd_words_stand_where_a_result_should_be(desk, people, word):
    desk.breaks("answer", word)
    assert desk.about(healthy(people))["outcome"] == word
    desk.breaks("answer", "up")
    desk.breaks("answer", f"3303={word}")
    assert desk.about(healthy(people, city="3303"))["outcome"] == word
    assert desk.about(healthy(people, city="3301"))["outcome"] == "match_photo"


def test_the_issuing_authority_can_be_withheld(desk, people):
    desk.breaks("issuing", "withheld")
    assert desk.about(healthy(people))["issuing_authority"] == WITHHELD


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("data", "3303=1.5"),
        ("data", "3303=-0.1"),
        ("data", "3303=nan"),
        ("data", "3303=half"),
        ("data", "9999=0.4"),
        ("data", "33=0.4"),
        ("data", "=0.4"),
        ("data", "缺城=0.4"),
        ("photo", "all=upside"),
        ("answer", "all=MATCH"),
        ("slow", "x"),
        ("nonsense", ""),
    ],
)
def test_a_wrong_fault_order_is_refused_with_a_reason(desk, fault, value):
    reply = desk.breaks(fault, value)
    assert reply.status == 422
    assert reply.json["detail"]


def test_faults_need_the_token_and_the_right_component(desk):
    assert desk.breaks("down", token="guess").status == 404
    assert desk.breaks("down", component="relay").status == 404
    assert desk.post("/hop/fault", b"[]", **{"x-hecha-fault-token": "sandbox-token"}).status == 422


def test_the_table_of_faults_and_up_mends_all(desk):
    desk.breaks("data", "温州市=0.43")
    desk.breaks("photo", "330302=shifted")
    table = desk.breaks("slow", "10").json["faults"]
    assert table == {"police": "slow 10", "police data 3303": "0.43", "police photo 330302": "shifted"}
    assert "police data 3303" not in desk.breaks("data", "3303=up").json["faults"]
    assert desk.breaks("up").json == {"faults": {}}


# Faults of the transport ----------------------------------------------------------------------------------------


def test_down_refuses_without_a_mac(desk, people):
    desk.breaks("down")
    citizen = healthy(people)
    reply = desk.ask(citizen.name, citizen.number)
    assert (reply.status, reply.mac) == (503, "")


def test_garbage_is_a_page_with_status_200_that_no_mac_covers(desk, people):
    desk.breaks("garbage")
    citizen = healthy(people)
    reply = desk.ask(citizen.name, citizen.number)
    assert (reply.status, reply.kind) == (200, "text/html")
    assert not mac.valid(KEY, b"r0", reply.body, reply.mac.encode())


@pytest.mark.parametrize("fault", ["bitflip", "truncate"])
def test_a_spoilt_answer_never_passes_the_mac(desk, people, fault):
    desk.breaks(fault)
    citizen = healthy(people)
    for _ in range(20):
        question = desk.question(citizen.name, citizen.number)
        reply = desk.post("/hop/verify", json.dumps(question).encode(), **desk.passport())
        assert reply.status == 200
        assert not mac.valid(KEY, question["id"].encode(), reply.body, reply.mac.encode())


def ping_by_hand(desk, caller):
    head = f"POST /hop/ping HTTP/1.1\r\nhost: x\r\nx-hecha-hop: {desk.passport()['x-hecha-hop']}\r\n"
    caller.sendall(f'{head}content-length: 11\r\n\r\n{{"id": "p"}}'.encode())


def test_slow_acknowledges_first_and_answers_then(desk):
    desk.breaks("slow", "300")
    with socket.create_connection(("127.0.0.1", desk.port), timeout=10) as caller:
        ping_by_hand(desk, caller)
        heard = b""
        while b"reached" not in heard:
            heard += caller.recv(4096)
    assert heard.startswith(b"HTTP/1.1 102 Processing\r\n")
    assert b"x-hecha-beat" in heard
    assert heard.index(b"HTTP/1.1 200") > heard.rindex(b"HTTP/1.1 102")


def test_who_hangs_up_while_it_is_half_open_leaves_nothing_behind(desk):
    desk.breaks("half-open")
    with socket.create_connection(("127.0.0.1", desk.port), timeout=10) as caller:
        ping_by_hand(desk, caller)
        assert any("in_flight 1\n" in desk.get("/metrics").body.decode() for _ in range(1000))
    assert any("in_flight 0\n" in desk.get("/metrics").body.decode() for _ in range(1000))


def test_half_open_accepts_and_says_nothing_at_all(desk):
    desk.breaks("half-open")
    with socket.create_connection(("127.0.0.1", desk.port), timeout=0.5) as caller:
        ping_by_hand(desk, caller)
        with pytest.raises(TimeoutError):
            caller.recv(1)
