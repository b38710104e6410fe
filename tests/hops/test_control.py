"""Switching over by hand: sealed orders, good once and for a moment; measured on the real chain afterwards."""

import asyncio
from collections.abc import Iterator
from signal import SIGKILL
from time import monotonic, sleep

import msgspec
import pytest

from hecha.edges.clock import MovableClock
from hecha.edges.hops import mac
from hecha.edges.hops.control import GOOD_FOR_S, Control, ask, ask_all
from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.topology import HopConfig, Route
from hecha.edges.hops.wire import RouteOrder, RouteTable
from hecha.kernel.errors import Refused, Unavailable
from tests.api.town import MORNING
from tests.hops.chain import Chain

KEY = "ab" * 32
ROUTES = (Route("channel/production", "127.0.0.1:9"), Route("channel/backup", "127.0.0.1:10"))
PEERS = {f"front-a>{route.component}": KEY for route in ROUTES}
CONFIG = HopConfig(
    "front-a", "front", "front/a", ".", {"front/a": "127.0.0.1:1"}, ROUTES, peer_keys=PEERS, control_key=KEY
)


def sealed(prefer: str | None, id: str = "o1", at: float = MORNING.timestamp(), key: str = KEY) -> tuple[bytes, bytes]:
    body = msgspec.json.encode(RouteOrder(id, at, prefer, "wu"))
    return body, mac.sign(bytes.fromhex(key), id.encode(), body)


def control() -> Control:
    return Control(CONFIG, [Forwarder(CONFIG)], MovableClock(MORNING))


def table(body: bytes) -> RouteTable:
    return msgspec.json.decode(body, type=RouteTable)


def test_an_order_puts_a_route_first_and_says_how_all_stand() -> None:
    status, body, seal = control().handle(*sealed("channel/backup"))
    assert status == 200
    assert mac.valid(bytes.fromhex(KEY), b"o1", body, seal)
    found = table(body)
    assert found.preferred == "channel/backup"
    assert {one.name: one.in_use for one in found.routes} == {"channel/production": False, "channel/backup": True}


def test_asking_changes_nothing() -> None:
    hop = control()
    assert table(hop.handle(*sealed(None))[1]).preferred == ""


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (sealed("channel/backup", key="cd" * 32), "another key"),
        (sealed("channel/backup", at=MORNING.timestamp() - GOOD_FOR_S - 1), "too old"),
        (sealed("channel/backup", at=MORNING.timestamp() + GOOD_FOR_S + 1), "from the future"),
        ((sealed("channel/backup")[0], b""), "no seal"),
        ((b"{", b"x"), "no order"),
        ((sealed("channel/backup")[0][:-1] + b" }", sealed("channel/backup")[1]), "changed on its way"),
    ],
)
def test_what_is_not_authentic_or_fresh_switches_nothing(order: tuple[bytes, bytes], why: str) -> None:
    hop = control()
    assert hop.handle(*order)[0] == 403, why
    assert hop.table().preferred == ""


def test_an_order_that_was_overheard_is_good_only_once() -> None:
    hop = control()
    order = sealed("channel/backup")
    assert hop.handle(*order)[0] == 200
    assert hop.handle(*order)[0] == 403


def test_a_refusal_says_why() -> None:
    hop = control()
    hop.handle(*sealed("channel/backup"))
    status, body, _ = hop.handle(*sealed("", id="o2"))
    assert (status, "刚刚切换过" in body.decode()) == (409, True)
    status, body, _ = hop.handle(*sealed("front/c", id="o3"))
    assert (status, "没有路由" in body.decode()) == (409, True)


def test_a_hop_without_a_control_key_has_no_such_door() -> None:
    config = HopConfig("front-a", "front", "front/a", ".", {"front/a": "127.0.0.1:1"})
    assert Control(config, []).handle(*sealed("channel/backup"))[0] == 404
    with pytest.raises(Unavailable, match="没有配置控制密钥"):
        asyncio.run(ask(config, None, "wu"))


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with Chain(tmp_path_factory.mktemp("control")) as running:
        yield running


def route_of(chain: Chain, front: str) -> str:
    """Which channel a verification takes through a front, measured."""

    async def asked() -> str:
        forwarder = Forwarder(
            chain.hops["entrance-web"], [one for one in chain.entrance.routes if one.component == front]
        )
        await forwarder.start()
        try:
            answer = await forwarder.verify(chain.request())
            return next(step.hop for step in answer.path if step.hop.startswith("channel/"))
        finally:
            await forwarder.close()

    return asyncio.run(asked())


@pytest.mark.chain
def test_switched_to_the_backup_channel_and_back_on_the_real_chain(chain: Chain) -> None:
    fronts = ("front-a", "front-b")
    assert route_of(chain, "front/a") == "channel/production"
    answers = asyncio.run(ask_all(chain.hops, fronts, "channel/backup", "wu"))
    assert {one.preferred for one in answers.values() if isinstance(one, RouteTable)} == {"channel/backup"}
    assert {route_of(chain, front) for front in ("front/a", "front/b")} == {"channel/backup"}
    with pytest.raises(Refused):
        asyncio.run(ask(chain.hops["front-a"], "", "wu"))  # a moment ago
    sleep(5.1)
    asyncio.run(ask_all(chain.hops, fronts, "", "wu"))
    assert route_of(chain, "front/a") == "channel/production"


@pytest.mark.chain
def test_nobody_switches_to_a_channel_that_is_cut(chain: Chain) -> None:
    chain.fault("relay", "channel/backup", "down")
    try:
        until = monotonic() + 10
        while monotonic() < until:
            table_ = asyncio.run(ask(chain.hops["front-a"], None, "wu"))
            if {one.name: one.state for one in table_.routes}["channel/backup"] != "closed":
                break
            sleep(0.2)
        with pytest.raises(Refused, match="不通"):
            asyncio.run(ask(chain.hops["front-a"], "channel/backup", "wu"))
    finally:
        chain.fault("relay", "channel/backup", "up")
    assert route_of(chain, "front/a") == "channel/production"


@pytest.mark.chain
def test_a_hop_that_is_dead_is_told_as_such(chain: Chain) -> None:
    chain.signal("front-b", SIGKILL)
    answers = asyncio.run(ask_all(chain.hops, ("front-a", "front-b"), None, "wu"))
    assert isinstance(answers["front-a"], RouteTable)
    assert isinstance(answers["front-b"], Unavailable)
