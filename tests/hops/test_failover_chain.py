"""The chain keeps verifying when a front server dies or freezes, or the production channel is cut: no request fails."""

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.journal_file import BlockFile, blocks_after, broken_link
from hecha.edges.hops.wire import HopAnswer, HopRequest, Ping
from tests.hops.chain import Chain, Load

pytestmark = [pytest.mark.chain, pytest.mark.xdist_group("chain")]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with Chain(tmp_path_factory.mktemp("chain")) as running:
        yield running


async def _verify(chain: Chain, request: HopRequest) -> HopAnswer:
    forwarder = Forwarder(chain.entrance)
    try:
        return await forwarder.verify(request)
    finally:
        await forwarder.close()


def test_a_citizen_is_verified_along_the_primary_way(chain: Chain) -> None:
    answer = asyncio.run(_verify(chain, chain.request()))
    assert answer.outcome in ("match_photo", "match_no_photo")
    assert [step.hop for step in answer.path] == ["front/a", "channel/production", "relay", "police"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_front_a_dies_or_freezes_under_load_and_no_request_fails(chain: Chain, how: signal.Signals) -> None:
    async def story() -> Load:
        async with Load(chain) as load:
            chain.signal("front-a", how)
            await load.more(300)
        return load

    try:
        load = asyncio.run(story())
    finally:
        if how is signal.SIGSTOP:
            chain.signal("front-a", signal.SIGCONT)
        else:
            chain.restart("front-a")
    assert load.failed == []
    assert [step.hop for step in load.answers[-1].path] == ["front/b", "channel/production", "relay", "police"]
    assert len({answer.path[0].hop for answer in load.answers}) == 2


def test_the_production_channel_is_cut_under_load_and_the_backup_takes_over(chain: Chain) -> None:
    async def story() -> Load:
        async with Load(chain) as load:
            await asyncio.to_thread(chain.fault, "relay", "channel/production", "down")
            await load.more(300)
        return load

    try:
        load = asyncio.run(story())
    finally:
        chain.fault("relay", "channel/production", "up")
    assert load.failed == []
    assert "channel/backup" in [step.hop for step in load.answers[-1].path]


def test_traffic_returns_to_front_a_after_it_was_mended(chain: Chain) -> None:
    async def story() -> None:
        async with Load(chain) as load:
            chain.signal("front-a", signal.SIGKILL)
            await load.more(100)
            assert not load.on("front/a")
            await asyncio.to_thread(chain.restart, "front-a")
            async with asyncio.timeout(30):
                while not load.on("front/a"):
                    await load.more(20)
        assert load.failed == []

    asyncio.run(story())


@pytest.mark.parametrize("kind", ["garbage", "bitflip", "truncate"])
def test_a_spoilt_answer_is_never_a_match(chain: Chain, kind: str) -> None:
    chain.fault("relay", "relay", kind)
    try:
        answer = asyncio.run(_verify(chain, chain.request()))
    finally:
        chain.fault("relay", "relay", "up")
    assert answer.outcome == "unavailable"
    assert {step.result for step in answer.path if step.hop.startswith("channel/")} == {"bad_mac"}


def test_a_slow_police_source_acknowledges_and_is_waited_for(chain: Chain) -> None:
    chain.fault("police", "police", "slow", "700")
    try:
        answer = asyncio.run(_verify(chain, chain.request()))
    finally:
        chain.fault("police", "police", "up")
    assert answer.outcome != "unavailable"
    assert [step.hop for step in answer.path] == ["front/a", "channel/production", "relay", "police"]


def test_the_interface_service_fails_alone(chain: Chain) -> None:
    chain.fault("relay", "interface-service", "down")
    try:
        interface = asyncio.run(_verify(chain, chain.request(mode="interface")))
        other = asyncio.run(_verify(chain, chain.request()))
    finally:
        chain.fault("relay", "interface-service", "up")
    assert (interface.outcome, interface.broke_at) == ("unavailable", "interface-service")
    assert other.outcome != "unavailable"


def test_the_broken_component_is_named(chain: Chain) -> None:
    def broke_at() -> str:
        return asyncio.run(_verify(chain, chain.request())).broke_at

    chain.signal("police", signal.SIGKILL)
    assert broke_at() == "police"
    chain.restart("police")
    for channel in ("channel/production", "channel/backup"):
        chain.fault("relay", channel, "down")
    assert broke_at() == "channel/production"
    chain.signal("relay", signal.SIGKILL)
    assert broke_at() == "relay"
    chain.restart("relay")
    assert asyncio.run(_verify(chain, chain.request())).outcome != "unavailable"


def test_a_ping_goes_the_way_it_is_told_and_stops_where_it_is_told(chain: Chain) -> None:
    async def pings() -> list[list[str]]:
        forwarder = Forwarder(chain.entrance)
        told = [Ping("p1", via="channel/backup"), Ping("p2", via="front/b"), Ping("p3", target="relay")]
        pongs = [await forwarder.ping(ping) for ping in told]
        await forwarder.close()
        assert all(pong.reached for pong in pongs)
        return [[step.hop for step in pong.path] for pong in pongs]

    backup, front_b, relay = asyncio.run(pings())
    assert "channel/backup" in backup
    assert front_b[0] == "front/b"
    assert relay[-1] == "relay"


def _journalled_keys(chain: Chain, name: str) -> set[str]:
    config = chain.hops[name]
    file = BlockFile(Path(config.journal), config.keys_folder, name)
    try:
        records = [record for block in blocks_after(file.connection, 0, 1 << 30) for _, record in file.open(block)]
        assert broken_link(file.connection) is None
        return {_key(record.request) for record in records}
    finally:
        file.connection.close()


def _key(request: bytes) -> str:
    return msgspec.json.decode(request, type=HopRequest).key


def test_twenty_kills_lose_no_acknowledged_record(chain: Chain) -> None:
    """Every request that front A answered is in its journal, though it was killed twenty times under load."""

    async def story() -> set[str]:
        acknowledged: set[str] = set()
        for _ in range(20):
            async with Load(chain, clients=4) as load:
                chain.signal("front-a", signal.SIGKILL)
                await load.more(5)
            for key, answer in zip(load.keys, load.answers, strict=True):
                if answer.path[0].hop == "front/a" and answer.path[0].result == "ok":
                    acknowledged.add(key)
            assert load.failed == []
            await asyncio.to_thread(chain.restart, "front-a")
        return acknowledged

    acknowledged = asyncio.run(story())
    chain.signal("front-a", signal.SIGTERM)
    chain.processes["front-a"].wait(10)
    try:
        assert len(acknowledged) > 20
        assert acknowledged <= _journalled_keys(chain, "front-a")
    finally:
        chain.restart("front-a")


def test_the_journal_shows_no_citizen(chain: Chain) -> None:
    request = chain.request()
    asyncio.run(_verify(chain, request))
    connection = sqlite3.connect(f"file:{chain.hops['relay'].journal}?mode=ro", uri=True)
    stored = b"".join(part for row in connection.execute("SELECT sealed, outcomes FROM block") for part in row)
    connection.close()
    assert stored
    assert request.number.encode() not in stored
    assert request.name.encode() not in stored
