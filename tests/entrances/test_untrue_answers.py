"""Whatever comes from above, only an authentic and known answer is a result: all else is `unavailable`."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hecha.edges.hops import mac
from tests.entrances.rogue import PATIENT, QUICK, Rogue, honest, http

STRANGE = ["", "MATCH_PHOTO", "mauch_photo", "match", "OTHER_ERROR", "NOT_FOUND_OR_MISMATCH", "00", "01", "-9", "04"]
EDITS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 2), st.binary(max_size=2)), min_size=1)


def _above(home, limits):
    with asyncio.Runner() as runner:
        rogue = Rogue(home, limits=limits)
        runner.run(rogue.__aenter__())
        yield runner.run, rogue
        runner.run(rogue.__aexit__())


@pytest.fixture(scope="module")
def above(tmp_path_factory):
    """(run, rogue): an event loop, and a front that says what it is told to; the entrance has little patience."""
    yield from _above(tmp_path_factory.mktemp("rogue"), QUICK)


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    """The same with an entrance that waits longer, for what must come through."""
    yield from _above(tmp_path_factory.mktemp("patient"), PATIENT)


def say(above, speak):
    run, rogue = above
    rogue.speak = speak
    return run(rogue.verify())


def test_an_authentic_answer_is_believed(patient):
    answer = say(patient, honest)
    assert (answer["outcome"], answer["photo"]) == ("match_photo", "QUJD")


@pytest.mark.parametrize("outcome", STRANGE)
def test_an_outcome_that_is_not_of_the_list_is_no_result_even_if_signed(above, outcome):
    assert say(above, lambda request, key: honest(request, key, outcome=outcome))["outcome"] == "unavailable"


def _resigned(change):
    def speak(request, key):
        body = change(request)
        return http(body, mac.sign(key, request["id"].encode(), body))

    return speak


def _answer(request, **changes):
    return json.dumps({"id": request["id"], "outcome": "match_photo"} | changes).encode()


UNTRUE = {
    "silence": lambda request, key: None,
    "no mac": lambda request, key: http(_answer(request), None),
    "empty mac": lambda request, key: http(_answer(request), b""),
    "mac of another key": lambda request, key: honest(request, b"x" * 32),
    "mac of another request": lambda request, key: http(_answer(request), mac.sign(key, b"other", _answer(request))),
    "another's answer": lambda request, key: honest(request, key, id="v-other"),
    "not json": _resigned(lambda request: b"<html>302</html>"),
    "empty": _resigned(lambda request: b""),
    "a list": _resigned(lambda request: b"[]"),
    "no outcome": _resigned(lambda request: json.dumps({"id": request["id"]}).encode()),
    "outcome a number": _resigned(lambda request: _answer(request, outcome=0)),
    "photo a number": _resigned(lambda request: _answer(request, photo=1)),
    "gbk": _resigned(lambda request: '{"id":"张"}'.encode("gbk")),
    "status 500": lambda request, key: honest(request, key).replace(b"200 OK", b"500 Oops"),
    "status 302": lambda request, key: honest(request, key).replace(b"200 OK", b"302 Found"),
    "status 204": lambda request, key: b"HTTP/1.1 204 No Content\r\n\r\n",
    "cut short": lambda request, key: honest(request, key)[:-20],
    "not http": lambda request, key: b"220 smtp ready\r\n\r\n",
    "acknowledged and never answered": lambda request, key: b"HTTP/1.1 102 Processing\r\n\r\n",
    "too large": _resigned(lambda request: _answer(request, photo="A" * (2 << 20))),
}


@pytest.mark.parametrize("speak", UNTRUE.values(), ids=UNTRUE)
def test_what_is_late_malformed_or_not_authentic_is_unavailable(above, speak):
    answer = say(above, speak)
    assert answer["outcome"] == "unavailable"
    assert "photo" not in answer
    assert answer["path"][-1]["result"] != "ok"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_of_body_or_mac_never_makes_a_result(above, where, bit):
    def speak(request, key):
        whole = bytearray(honest(request, key))
        seal, body = whole.index(b"x-hecha-mac: ") + 13, whole.index(b"\r\n\r\n") + 4
        places = [*range(seal, seal + 64), *range(body, len(whole))]
        whole[places[int(where * len(places))]] ^= 1 << bit
        return bytes(whole)

    assert say(above, speak)["outcome"] == "unavailable"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS, outcome=st.sampled_from(["match_photo", "match_no_photo", "name_mismatch", "not_found"]))
def test_bytes_changed_anywhere_give_the_true_result_or_none(above, edits, outcome):
    """Heads and bodies alike: bytes replaced, inserted or dropped."""

    def speak(request, key):
        whole = bytearray(honest(request, key, outcome=outcome, photo=""))
        for where, dropped, put in edits:
            place = int(where * len(whole))
            whole[place : place + dropped] = put
        return bytes(whole)

    assert say(above, speak)["outcome"] in ("unavailable", outcome)


@pytest.mark.parametrize("outcome", ["match_no_photo", "name_mismatch", "not_found", "card_lost"])
def test_a_photo_comes_with_match_photo_only(patient, outcome):
    answer = say(patient, lambda request, key: honest(request, key, outcome=outcome))
    assert answer["outcome"] == outcome
    assert "photo" not in answer


def test_the_clients_key_does_not_travel_up(patient):
    run, rogue = patient
    rogue.speak = honest
    run(rogue.verify(key="a-client-key"))
    assert "a-client-key" not in str(rogue.asked[-1])
    assert rogue.asked[-1]["id"].startswith("v-")
