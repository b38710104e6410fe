"""`POST /interface/cfx` on the running chain: what an interface bank's core sends today, answered as it expects."""

import pytest

from hecha.edges.hops import cfx
from hecha.edges.hops.cfx_codes import FAMILIES
from hecha.verification.outcome import Outcome

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("entrances")]


def message(people, msg_no, encoding="GBK", business="01", source=""):
    parts = [f"<MsgNo>{msg_no}</MsgNo><BusinessCode>{business}</BusinessCode>"]
    parts += [f"<SRC>{source}</SRC>"] if source else []
    parts += [f"<ID{n}>{one.number}</ID{n}><Name{n}>{one.name}</Name{n}>" for n, one in enumerate(people, 1)]
    return f'<?xml version="1.0" encoding="{encoding}"?><CFX><MSG>{"".join(parts)}</MSG></CFX>'.encode(encoding)


def ask(province, body, who="loc", at="entrance-bank"):
    headers = {"authorization": f"Bearer {province.token(who)}", "content-type": "text/xml"}
    return province.post(at, "/interface/cfx", body, headers)


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("at", ["entrance-bank", "entrance-web"])
@pytest.mark.parametrize("who", ["loc", "nat"])
def test_one_citizen_with_a_photo_in_the_codes_of_the_bank(province, key, encoding, at, who):
    citizen = province.good()
    status, answer = ask(province, message([citizen], key(), encoding), who, at)
    code, family = ("00", "a") if who == "loc" else ("01", "onebank")
    assert f"<CheckResult1>{code}</CheckResult1>".encode() in answer
    result = cfx.read_answer(answer, FAMILIES[family])[1]
    assert (status, result.outcome, result.issuing_authority) == (200, Outcome.MATCH_PHOTO, citizen.card_authority)
    assert len(result.photo) > 100
    assert citizen.name in answer.decode(encoding)


def test_several_people_in_one_message(province, key):
    citizens = list(map(province.population.citizen, range(12)))
    _, answer = ask(province, message(citizens, key()))
    results = cfx.read_answer(answer, FAMILIES["a"])
    assert sorted(results) == list(range(1, 13))
    said = {Outcome.MATCH_PHOTO, Outcome.MATCH_NO_PHOTO, Outcome.UNAVAILABLE}  # 04 (lost, invalid) reads as no result
    assert {result.outcome for result in results.values()} <= said


def test_the_same_message_again_is_the_same_answer_and_changed_it_is_a_conflict(province, key):
    mine, (one, other) = key(), (province.good(), province.good(1))
    first = ask(province, message([one], mine))
    rows = len(province.rows("entrance-bank"))
    assert ask(province, message([one], mine)) == first
    assert len(province.rows("entrance-bank")) == rows
    status, answer = ask(province, message([other], mine))
    assert status == 409
    assert "ErrorMessage" in answer.decode("gbk")
    assert other.number not in answer.decode("gbk")


def test_unavailable_is_an_error_message_with_status_200(province, key):
    province.kill("police")
    status, answer = ask(province, message([province.good()], key()))
    assert status == 200
    assert "<ErrorMessage>" in answer.decode("gbk")
    assert "CheckResult" not in answer.decode("gbk")


def test_the_core_down_the_message_goes_by_the_web(province, key):
    province.breaks("bank/loc/core")
    _, answer = ask(province, message([province.good()], key()))
    assert cfx.read_answer(answer, FAMILIES["a"])[1].outcome is Outcome.MATCH_PHOTO


def test_a_named_outlet_passes_its_lines_and_must_be_the_banks_own(province, key):
    province.breaks("outlet/l1/line")
    assert "<ErrorMessage>" in ask(province, message([province.good()], key(), source="l1"))[1].decode("gbk")
    _, answer = ask(province, message([province.good()], key()))
    assert cfx.read_answer(answer, FAMILIES["a"])[1].outcome is Outcome.MATCH_PHOTO, "no outlet named, no line passed"
    assert ask(province, message([province.good()], key(), source="n1"))[0] == 403


def test_an_unknown_business_is_a_wrong_input_and_asks_nobody(province, key):
    rows = len(province.rows("entrance-bank"))
    _, answer = ask(province, message([province.good()], key(), business="99"))
    assert cfx.read_answer(answer, FAMILIES["a"])[1].outcome is Outcome.INPUT_ERROR
    assert len(province.rows("entrance-bank")) == rows


@pytest.mark.parametrize("body", [b"", b"<CFX>", b'<!DOCTYPE a [<!ENTITY b "c">]><CFX>&b;</CFX>', b"\xff" * 99])
def test_hostile_messages_are_refused_in_xml(province, body):
    status, answer = ask(province, body)
    assert status == 422
    assert b"<ErrorMessage>" in answer


def test_only_interface_banks_with_their_token(province, key):
    for who, expected in (("web", 403), ("console", 403)):
        assert ask(province, message([province.good()], key()), who)[0] == expected
    status, answer = province.post("entrance-bank", "/interface/cfx", message([province.good()], key()), {})
    assert status == 401
    assert b"<ErrorMessage>" in answer


def test_too_large_a_message_is_refused(province):
    assert ask(province, b" " * (cfx.BODY_BYTES_MAX + 1))[0] == 413
