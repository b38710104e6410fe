"""The police source as a hop below it sees it: broken answers are `unavailable`, never a match and never not found."""

import asyncio
from collections.abc import Iterable

import pytest

from hecha.edges.hops import mac
from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.topology import HopConfig, Limits, Route
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping
from hecha.edges.sandbox.population import Citizen
from hecha.verification.outcome import Outcome
from tests.police.conftest import KEY


def relay_of(port: int, key: bytes = KEY) -> HopConfig:
    return HopConfig(
        name="relay",
        role="relay",
        component="relay",
        home=".",
        listeners={},
        routes=(Route("police", f"127.0.0.1:{port}"),),
        peer_keys={mac.pair("relay", "police"): key.hex()},
        limits=Limits(try_ms=250, deadline_ms=900, health_ms=60_000),
    )


def ask(config: HopConfig, citizens: Iterable) -> list[HopAnswer]:
    async def all_of_them() -> list[HopAnswer]:
        forwarder = Forwarder(config)
        questions = [
            HopRequest(f"q{one.index}", one.name, one.number, "interface", "bank/x/core", "x-1", "x")
            for one in citizens
        ]
        answers = [await forwarder.verify(question) for question in questions]
        await forwarder.close()
        return answers

    return asyncio.run(all_of_them())


def expected(citizen: Citizen) -> Outcome:
    if citizen.card_invalid:
        return Outcome.CARD_INVALID
    if citizen.card_lost:
        return Outcome.CARD_LOST
    return Outcome.MATCH_PHOTO if citizen.has_photo else Outcome.MATCH_NO_PHOTO


def test_right_answers_come_through(desk, people):
    citizens = list(people.sample(150))
    answers = ask(relay_of(desk.port), citizens)
    assert [answer.outcome for answer in answers] == [expected(citizen) for citizen in citizens]
    assert {answer.path[-1].hop for answer in answers} == {"police"}


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        ("garbage", ""),
        ("bitflip", ""),
        ("truncate", ""),
        ("down", ""),
        ("half-open", ""),
        ("answer", "OTHER_ERROR"),
        ("answer", "NOT_FOUND_OR_MISMATCH"),
    ],
)
def test_every_broken_answer_is_unavailable_and_points_at_the_police(desk, people, fault, value):
    desk.breaks(fault, value)
    for answer in ask(relay_of(desk.port), people.sample(3)):
        assert answer.outcome is Outcome.UNAVAILABLE
        assert answer.broke_at == "police"
        assert not answer.photo


def test_an_answer_under_another_key_is_unavailable(desk, people):
    (answer,) = ask(relay_of(desk.port, b"x" * 32), people.sample(1))
    assert answer.outcome is Outcome.UNAVAILABLE


def test_a_slow_source_that_acknowledges_is_waited_for_beyond_the_time_of_a_try(desk, people):
    desk.breaks("slow", "400")
    (answer,) = ask(relay_of(desk.port), people.sample(1))
    assert answer.outcome is not Outcome.UNAVAILABLE


def test_a_ping_reaches_it(desk):
    async def ping():
        forwarder = Forwarder(relay_of(desk.port))
        pong = await forwarder.ping(Ping("p1"))
        await forwarder.close()
        return pong

    assert asyncio.run(ping()).reached
