"""The XML of interface banks: both encodings, both code families, several people, and hostile input."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hecha.edges.hops import cfx
from hecha.edges.hops.cfx_codes import FAMILIES, family
from hecha.kernel.errors import BadInput
from hecha.verification.outcome import ANSWERED, Outcome

NUMBER = "330302199003071236"


def message(inner, encoding="GBK", declared=None):
    text = f'<?xml version="1.0" encoding="{declared or encoding}"?><CFX><MSG>{inner}</MSG></CFX>'
    return text.encode(encoding)


ONE = f"<MsgNo>M1</MsgNo><BusinessCode>01</BusinessCode><ID1>{NUMBER}</ID1><Name1>张三丰</Name1>"


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8", "gb2312", "GB18030", "utf-8"])
def test_the_declared_encoding_is_read_and_answered_in(encoding):
    request = cfx.read(message(ONE, encoding))
    assert [(p.suffix, p.number, p.name) for p in request.people] == [(1, NUMBER, "张三丰")]
    answer = cfx.write(request, [cfx.CfxResult(Outcome.MATCH_PHOTO, "温州市公安局", "QUJD")], FAMILIES["a"])
    assert f'encoding="{encoding}"'.encode() in answer
    text = answer.decode(encoding)
    assert "<Name1>张三丰</Name1><CheckResult1>00</CheckResult1><IssueOffice1>温州市公安局</IssueOffice1>" in text
    assert "<Photo1>QUJD</Photo1>" in text
    assert "ErrorMessage" not in text


def test_several_people_are_told_apart_by_suffix_whatever_their_order():
    inner = (
        "<MsgNo>M</MsgNo><Name2>乙</Name2><ID10>c</ID10><ID1>a</ID1><Name10>丙</Name10><Name1>甲</Name1><ID2>b</ID2>"
    )
    people = cfx.read(message(inner)).people
    assert [(p.suffix, p.number, p.name) for p in people] == [(1, "a", "甲"), (2, "b", "乙"), (10, "c", "丙")]


def test_a_header_an_envelope_and_unknown_elements_do_no_harm():
    body = (
        f"<CFX><HEAD><SRC>o1</SRC><MsgNo>7</MsgNo></HEAD><MSG><TransCode/><Odd>1</Odd><ID1>{NUMBER}</ID1></MSG></CFX>"
    )
    request = cfx.read(body.encode())
    assert (request.outlet, request.msg_no, request.encoding) == ("o1", "7", "UTF-8")
    assert request.people[0].name == ""


CODES = [
    ("a", Outcome.MATCH_PHOTO, "00"), ("a", Outcome.MATCH_NO_PHOTO, "01"), ("a", Outcome.NAME_MISMATCH, "02"),
    ("a", Outcome.NOT_FOUND, "03"), ("a", Outcome.CARD_LOST, "04"), ("a", Outcome.INPUT_ERROR, "05"),
    ("onebank", Outcome.MATCH_PHOTO, "01"), ("onebank", Outcome.MATCH_NO_PHOTO, "00"),
    ("onebank", Outcome.NAME_MISMATCH, "02"), ("onebank", Outcome.NOT_FOUND, "03"),
    ("onebank", Outcome.CARD_INVALID, "-9"), ("onebank", Outcome.INPUT_ERROR, "-5"),
    ("aml", Outcome.MATCH_PHOTO, "11"), ("aml", Outcome.MATCH_NO_PHOTO, "12"), ("aml", Outcome.NAME_MISMATCH, "14"),
    ("aml", Outcome.NOT_FOUND, "15"), ("aml", Outcome.INPUT_ERROR, "16"), ("aml", Outcome.CARD_LOST, "16"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "outcome", "code"), CODES)
def test_each_family_has_its_own_codes(name, outcome, code):
    assert family(name).code(outcome) == code


UNCERTAIN = [
    ("a", "04"), ("a", ""), ("a", "06"), ("a", "0"), ("a", "000"), ("onebank", "04"), ("onebank", "-9"),
    ("onebank", "05"), ("aml", "13"), ("aml", "16"), ("aml", "00"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), UNCERTAIN)
def test_other_error_not_found_or_mismatch_and_unknown_codes_are_no_result(name, code):
    assert family(name).outcome(code) is Outcome.UNAVAILABLE


@pytest.mark.parametrize("code", ["-1", "-2", "-3", "-4", "-5"])
def test_all_wrong_input_codes_of_onebank_are_one_outcome(code):
    assert family("onebank").outcome(code) is Outcome.INPUT_ERROR


@settings(deadline=None)
@given(name=st.sampled_from(sorted(FAMILIES)), outcome=st.sampled_from(sorted(Outcome)))
def test_a_code_read_back_is_the_same_outcome_or_no_result(name, outcome):
    if outcome is not Outcome.UNAVAILABLE:
        assert family(name).outcome(family(name).code(outcome)) in (outcome, Outcome.UNAVAILABLE)


def test_an_unknown_family_is_refused_with_the_known_ones():
    with pytest.raises(BadInput, match="onebank"):
        family("b")


def test_lost_and_invalid_cards_are_said_in_words_where_the_family_has_no_code():
    request = cfx.read(message(ONE))
    text = cfx.write(request, [cfx.CfxResult(Outcome.CARD_LOST)], FAMILIES["a"]).decode("gbk")
    assert "<CheckResult1>04</CheckResult1>" in text
    assert "<ErrorMessage1>证件已挂失</ErrorMessage1>" in text


def test_unavailable_is_an_error_message_and_never_a_result():
    request = cfx.read(message(ONE))
    answer = cfx.write(request, [cfx.CfxResult(Outcome.UNAVAILABLE, photo="QUJD")], FAMILIES["a"])
    text = answer.decode("gbk")
    assert "<ErrorMessage>" in text
    assert "CheckResult" not in text
    assert "Photo" not in text
    assert cfx.read_answer(answer, FAMILIES["a"])[1].outcome is Outcome.UNAVAILABLE


def test_of_two_people_one_may_be_known_and_the_other_not():
    request = cfx.read(message(ONE + f"<ID2>{NUMBER}</ID2><Name2>李四</Name2>"))
    results = [cfx.CfxResult(Outcome.NOT_FOUND), cfx.CfxResult(Outcome.UNAVAILABLE)]
    read = cfx.read_answer(cfx.write(request, results, FAMILIES["onebank"]), FAMILIES["onebank"])
    assert {n: one.outcome for n, one in read.items()} == {1: Outcome.NOT_FOUND, 2: Outcome.UNAVAILABLE}


def test_a_rare_character_outside_gbk_survives_as_a_reference():
    request = cfx.read(message(ONE.replace("张三丰", "&#x20BB7;野"), "GBK"))
    assert request.people[0].name == "\U00020bb7野"
    answer = cfx.write(request, [cfx.CfxResult(Outcome.MATCH_NO_PHOTO)], FAMILIES["a"])
    assert "&#134071;野" in answer.decode("gbk")


BOMB = (
    '<!DOCTYPE CFX [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><CFX><MSG><MsgNo>1</MsgNo><ID1>&b;</ID1></MSG></CFX>'
)
FILE = '<!DOCTYPE CFX [<!ENTITY f SYSTEM "file:///etc/hostname">]><CFX><MSG><MsgNo>1</MsgNo><ID1>&f;</ID1></MSG></CFX>'
HOSTILE = {
    "empty": b"",
    "not xml": b"hello",
    "html": b"<html><body>302</body></html>",
    "cut short": message(ONE)[:-9],
    "entity bomb": BOMB.encode(),
    "outside file": FILE.encode(),
    "bare doctype": b'<!DOCTYPE CFX SYSTEM "x.dtd"><CFX/>',
    "unknown entity": b"<CFX><MSG><MsgNo>1</MsgNo><ID1>&nope;</ID1></MSG></CFX>",
    "nobody": message("<MsgNo>1</MsgNo>"),
    "no message number": message(f"<ID1>{NUMBER}</ID1>"),
    "line break in the message number": message(f"<MsgNo>a\nb</MsgNo><ID1>{NUMBER}</ID1>"),
    "twice the same person": message(f"<MsgNo>1</MsgNo><ID1>{NUMBER}</ID1><ID1>{NUMBER}</ID1>"),
    "wrong encoding": message(ONE, "GBK", declared="UTF-8"),
    "unknown encoding": message(ONE, "UTF-16", declared="UTF-16"),
    "utf-7": b'<?xml version="1.0" encoding="UTF-7"?><CFX/>',
    "too deep": b"<CFX><MSG><A><B><C/></B></A></MSG></CFX>",
    "too many elements": message("<X/>" * 999 + "<MsgNo>1</MsgNo>"),
    "too long an element": message("<MsgNo>1</MsgNo><ID1>" + "9" * 257 + "</ID1>"),
    "too large": message(" " * cfx.BODY_BYTES_MAX),
    "null byte": b"<CFX><MSG>\x00</MSG></CFX>",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_or_broken_input_is_refused_and_not_repeated(body):
    with pytest.raises(BadInput) as refused:
        cfx.read(body)
    assert NUMBER not in str(refused.value)
    assert "张三丰" not in str(refused.value)


def people(count):
    return message("<MsgNo>1</MsgNo>" + "".join(f"<ID{n}>x</ID{n}>" for n in range(1, count + 1)))


def test_a_hundred_people_and_not_one_more():
    assert len(cfx.read(people(cfx.PEOPLE_MAX)).people) == cfx.PEOPLE_MAX
    with pytest.raises(BadInput, match="100"):
        cfx.read(people(cfx.PEOPLE_MAX + 1))


def test_people_do_not_show_in_a_repr():
    assert NUMBER not in repr(cfx.read(message(ONE)))
    assert "张三丰" not in repr(cfx.read(message(ONE)))


def test_names_with_markup_are_escaped_on_the_way_back():
    request = cfx.read(message(ONE.replace("张三丰", "&lt;b&gt;&amp;"), "UTF-8"))
    answer = cfx.write(request, [cfx.CfxResult(Outcome.MATCH_NO_PHOTO, "<x>&")], FAMILIES["a"])
    assert cfx.read_answer(answer, FAMILIES["a"])[1].issuing_authority == "<x>&"


@settings(max_examples=300, deadline=None)
@given(body=st.binary(max_size=300) | st.text(alphabet='<>/CFXMSGIDName10&;!-[]?"= ', max_size=200).map(str.encode))
def test_no_bytes_at_all_make_the_reader_fail_otherwise(body):
    try:
        cfx.read(body)
    except BadInput:
        return


@settings(max_examples=500, deadline=None)
@given(data=st.data(), outcome=st.sampled_from(sorted(ANSWERED)))
def test_a_spoilt_answer_never_becomes_another_persons_match(data, outcome):
    """Cut anywhere, an answer is refused or unavailable: never a result that was not written."""
    request = cfx.read(message(ONE))
    answer = cfx.write(request, [cfx.CfxResult(outcome, "某局", "QUJD")], FAMILIES["a"])
    cut = data.draw(st.integers(0, len(answer) - 1))
    with pytest.raises(BadInput):
        cfx.read_answer(answer[:cut], FAMILIES["a"])
