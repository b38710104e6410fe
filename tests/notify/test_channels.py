"""One contract for every channel: what the provider took is Sent, everything else is Failed, and no exception."""

import json
import logging
import logging.config
from collections.abc import Iterator
from datetime import timedelta

import pytest

from hecha.edges.notify.channel import Failed, Letter, Sent, Why, failure_of
from hecha.edges.notify.robots import Robot, RobotChannel
from hecha.edges.notify.sms import SmsGateway
from hecha.flow.convey import Way
from tests.notify.provider import FATES, SECRET, TIMEOUT_S, Provider, Rig, rig, sms

KINDS = ["memory", "sms", "dingtalk", "wecom", "feishu", "mail"]
TOLD_BY_MAIL = {"fails", "slow", "drops", "gone", "limits", "strange", "unknown", "lies"}


@pytest.fixture(params=KINDS)
def post(request: pytest.FixtureRequest) -> Iterator[Rig]:
    built = rig(request.param)
    yield built
    built.close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    built = Provider()
    yield built
    built.close()


def letter(post: Rig, key: str = "N1/a/sms/1") -> Letter:
    to = "zhang@bank.example" if post.name == "mail" else "13800000000"
    return Letter(key, "pbc/3303", to, "启动命令", "您有一条应急通知，请登录查看", "http://127.0.0.1/n/abc")


def test_what_the_provider_takes_is_sent(post: Rig) -> None:
    assert isinstance(post.channel.send(letter(post)), Sent)
    assert len(post.taken()) == 1


@pytest.mark.parametrize("fate", FATES)
def test_everything_else_is_a_failure_and_no_exception(post: Rig, fate: str) -> None:
    post.meets(fate)
    found = post.channel.send(letter(post))
    assert isinstance(found, Failed)
    if post.name == "mail":  # Apprise tells no more than that
        assert found == Failed(Why.FAULT)
    else:
        assert (found.why, found.retry) == FATES[fate]


def test_after_a_failure_the_next_one_goes_through(post: Rig) -> None:
    post.meets("fails")
    post.channel.send(letter(post))
    assert isinstance(post.channel.send(letter(post, "N1/a/sms/2")), Sent)


def test_a_line_is_named_where_there_is_one(post: Rig) -> None:
    assert post.channel.line("pbc/3303")


def test_a_text_message_carries_no_content(provider: Provider) -> None:
    one = Letter("N1/a/sms/1", "pbc/3303", "13800000000", "", "您有一条应急通知，请登录查看", "http://x.example/n/abc")
    assert sms(provider.address).send(one) == Sent("P1")
    assert json.loads(provider.taken[0]["body"]) == {
        "mobile": "13800000000",
        "content": "您有一条应急通知，请登录查看 http://x.example/n/abc",
        "serial": "N1/a/sms/1",
    }


def test_the_same_attempt_carries_the_same_key(provider: Provider) -> None:
    one = Letter("N1/a/sms/1", "pbc/3303", "13800000000", "", "字", "http://x.example")
    gateway = sms(provider.address)
    provider.fates.append("drops")
    assert gateway.send(one) == Failed(Why.DROPPED)
    assert isinstance(gateway.send(one), Sent)
    assert len({taken["key"] for taken in provider.taken}) == 1


def test_a_form_and_an_answer_without_verdict(provider: Provider) -> None:
    fields = {"to": "{to}"}
    gateway = SmsGateway(f"{provider.address}/sms", "", fields, form="form", yes=("status", "ok"), timeout_s=TIMEOUT_S)
    assert gateway.send(Letter("k", "u", "1380", "", "", "")) == Failed(Why.BAD_ANSWER)
    assert provider.taken[0]["body"] == b"to=1380"


@pytest.mark.parametrize(
    ("way", "code", "found"),
    [
        (Way.DINGTALK, 130101, Failed(Why.LIMITED, pause=timedelta(minutes=1))),
        (Way.DINGTALK, 310000, Failed(Why.SETTINGS, retry=False)),
        (Way.WECOM, 45009, Failed(Why.LIMITED, pause=timedelta(minutes=1))),
        (Way.WECOM, 93000, Failed(Why.SETTINGS, retry=False)),
        (Way.FEISHU, 11232, Failed(Why.LIMITED, pause=timedelta(minutes=1))),
        (Way.FEISHU, 19021, Failed(Why.SETTINGS, retry=False)),
        (Way.WECOM, -1, Failed(Why.FAULT)),
    ],
)
def test_the_codes_of_robots(provider: Provider, monkeypatch, way: Way, code: int, found: Failed) -> None:
    monkeypatch.setattr("tests.notify.provider._LIES", dict.fromkeys(["/robot", "/cgi-bin", "/open-apis"], code))
    provider.fates.append("lies")
    channel = RobotChannel(way, {"*": Robot(SECRET)}, host=provider.address, timeout_s=TIMEOUT_S)
    assert channel.send(Letter("k", "pbc/33", "", "题", "字", "http://x.example")) == found


def test_a_unit_without_a_group_has_no_line() -> None:
    assert RobotChannel(Way.WECOM, {"pbc/33": Robot(SECRET)}).line("pbc/3303") == ""
    assert RobotChannel(Way.WECOM, {"*": Robot(SECRET)}).line("pbc/3303") == "wecom:*"


def test_a_token_that_cannot_be_one_is_a_failure() -> None:
    channel = RobotChannel(Way.DINGTALK, {"*": Robot("no token!")}, timeout_s=TIMEOUT_S)
    assert channel.send(Letter("k", "pbc/33", "", "题", "字", "")) == Failed(Why.SETTINGS, retry=False)


@pytest.mark.parametrize(("said", "seconds"), [("30", 30), ("9999999", 3600), ("soon", 60), ("", 60), ("-5", 60)])
def test_how_long_a_provider_may_ask_us_to_wait(said: str, seconds: int) -> None:
    assert failure_of(429, said) == Failed(Why.LIMITED, pause=timedelta(seconds=seconds))


def test_no_secret_is_logged(post: Rig, caplog: pytest.LogCaptureFixture) -> None:
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})  # as web servers do at start
    caplog.set_level(logging.DEBUG)
    for fate in ("takes", "fails", "lies", "slow", "drops", "gone"):
        post.meets(fate) if fate != "takes" else None
        post.channel.send(letter(post))
    said = caplog.text + repr(post.channel)
    for secret in (SECRET, "13800000000", "/n/abc", "zhang@bank.example"):
        assert secret not in said
