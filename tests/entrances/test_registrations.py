"""Deferred registrations at an entrance: never refused because the console is away, and one effect however often."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from hecha.edges.api.problems import Busy
from hecha.edges.clock import system_clock
from hecha.edges.hops import entrance_register
from hecha.edges.hops.entrance_keys import client_key
from hecha.edges.hops.entrance_spool import Spool
from hecha.kernel.errors import BadInput, Conflict, Refused
from hecha.response.slip_number import slip_numbers
from tests.entrances.rogue import Rogue

FORM = {
    "subject": {"name": "张三", "number": "11010519491231002X"},
    "business": {"type": "01", "reference": "r1"},
    "contact": {"telephone": "0571-1234"},
    "evidence": "passport",
    "outlet": "l1",
}


class Console:
    """Stands where the console would: keeps what it is given by key, as the real one does. May be away or broken."""

    def __init__(self):
        self.kept, self.seen, self.status, self.mute = {}, [], 201, False

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def _serve(self, reader, writer):
        try:
            for _ in range(1000):
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                answer = self._take(headers["idempotency-key"], headers["authorization"], body)
                if self.mute:
                    return  # kept, and the answer is lost
                text = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%b" % (self.status, len(text), text))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _take(self, key, token, body):
        self.seen.append((key, token))
        if self.status < 300 and key not in self.kept:
            self.kept[key] = {"id": f"R{len(self.kept) + 1}", "body": json.loads(body)}
        return {"id": self.kept[key]["id"]} if key in self.kept else {"status": self.status}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(entrance_register, "DELIVER_EVERY_S", 0.02)
    monkeypatch.setattr(entrance_register, "AWAY_S", 0.02)


def story(tmp_path, tell, up=True):
    async def play():
        async with Console() as console:
            if not up:
                console.server.close()
                await console.server.wait_closed()
            async with Rogue(tmp_path, console=console.address) as rogue:
                await rogue.entrance.registrar.start()
                try:
                    await tell(rogue.entrance, console)
                finally:
                    await rogue.entrance.registrar.close()

    asyncio.run(play())


async def send(entrance, key="k", who="loc", **changes):
    status, answer = await entrance.register(who, json.dumps(FORM | changes).encode(), key)
    return status, json.loads(answer)


async def until(condition):
    """Wait for something that another task does soon; the test's own time limit ends it."""
    for _ in range(2000):
        if await condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


async def delivered(entrance, count=1):
    await until(lambda: _reached(entrance, count))


async def _reached(entrance, count):
    return (await entrance.registrar.counts()).get("delivered", 0) == count


def test_with_the_console_up_its_answer_comes_back(tmp_path):
    async def tell(entrance, console):
        assert await send(entrance) == (201, {"id": "R1"})
        assert await entrance.registrar.counts() == {}
        assert console.seen == [("k", f"bearer {entrance.config.tokens['loc']}")]
        assert console.kept["k"]["body"]["subject"]["number"] == FORM["subject"]["number"]

    story(tmp_path, tell)


def test_with_the_console_away_it_is_kept_and_encrypted(tmp_path):
    async def tell(entrance, console):
        status, answer = await send(entrance)
        assert (status, answer["state"], answer["durable"]) == (202, "waiting", "local")
        assert await send(entrance) == (status, answer), "the same key, the same answer"
        with pytest.raises(Conflict):
            await send(entrance, outlet="l2")
        files = b"".join(file.read_bytes() for file in tmp_path.glob("spool-*"))
        assert FORM["subject"]["number"].encode() not in files
        assert FORM["subject"]["name"].encode() not in files
        assert FORM["contact"]["telephone"].encode() not in files

    story(tmp_path, tell, up=False)


def test_a_slip_entered_later_is_checked_before_it_is_promised(tmp_path):
    async def tell(entrance, console):
        (slip,) = slip_numbers("l1", datetime(2026, 3, 1, tzinfo=UTC), 1)
        late = (system_clock() - timedelta(days=1)).isoformat()
        assert (await send(entrance, slip=slip, happened_at=late))[0] == 202
        for wrong in ({"slip": slip[:-3] + "9" + slip[-2:]}, {"happened_at": "2020-01-01T00:00:00Z"}):
            with pytest.raises(BadInput):
                await send(entrance, key="k2", **wrong)

    story(tmp_path, tell, up=False)


def test_a_registration_without_paper_has_the_payload_it_always_had(tmp_path):
    async def tell(entrance, console):
        await send(entrance)
        assert not {"slip", "happened_at"} & set(console.kept["k"]["body"])

    story(tmp_path, tell)


def test_when_the_console_is_back_each_is_handed_over_once_in_order_and_erased_here(tmp_path):
    async def tell(entrance, console):
        console.status = 503
        for n in range(5):
            assert (await send(entrance, key=f"k{n}"))[0] == 202
        console.status = 201
        await delivered(entrance, 5)
        assert list(console.kept) == [f"k{n}" for n in range(5)]
        assert await send(entrance, key="k3") == (201, {"id": "R4"})
        assert len(console.kept) == 5

    story(tmp_path, tell)
    rows = sqlite3.connect(tmp_path / "spool-entrance-web.db").execute("SELECT length(sealed) FROM item").fetchall()
    assert rows == [(0,)] * 5


def test_a_lost_answer_of_the_console_is_no_second_registration(tmp_path):
    async def tell(entrance, console):
        console.mute = True
        assert (await send(entrance))[0] == 202
        console.mute = False
        await delivered(entrance)
        assert len(console.kept) == 1
        assert len(console.seen) > 1

    story(tmp_path, tell)


def test_one_that_the_console_refuses_for_good_does_not_hold_up_the_others(tmp_path):
    async def tell(entrance, console):
        console.status = 503
        await send(entrance, key="bad")
        console.status = 409
        await until(lambda: _state(entrance, "refused"))
        console.status = 503
        await send(entrance, key="good")
        console.status = 201
        await delivered(entrance)
        assert list(console.kept) == ["good"]
        assert (await send(entrance, key="bad"))[0] == 409

    story(tmp_path, tell)


async def _state(entrance, state):
    return (await entrance.registrar.counts()).get(state, 0) == 1


@pytest.mark.parametrize("status", [401, 403, 429, 500])
def test_what_may_become_better_waits(tmp_path, status):
    async def tell(entrance, console):
        console.status = status
        assert (await send(entrance))[0] == 202
        await until(lambda: _asked_again(console))
        assert await entrance.registrar.counts() == {"waiting": 1}
        console.status = 201
        await delivered(entrance)

    story(tmp_path, tell)


async def _asked_again(console):
    return len(console.seen) > 3


def test_what_the_console_would_refuse_is_refused_before_it_is_promised(tmp_path):
    async def tell(entrance, console):
        for change in (
            {"subject": {"name": "张三", "number": "110105194912310021"}},
            {"subject": {"name": "", "number": "11010519491231002X"}},
            {"contact": {}},
            {"evidence": "a smile"},
            {"extra": 1},
        ):
            with pytest.raises(BadInput) as refused:
                await send(entrance, **change)
            assert "110105" not in str(refused.value)
        for who, outlet in (("loc", "n1"), ("loc", ""), ("console", "l1")):
            with pytest.raises(Refused):
                await send(entrance, who=who, outlet=outlet)
        with pytest.raises(BadInput, match="Idempotency-Key"):
            await send(entrance, key="")
        assert await entrance.registrar.counts() == {}

    story(tmp_path, tell, up=False)


def test_what_was_acknowledged_is_there_after_a_restart(tmp_path):
    key, secret = client_key("loc", "k", b"payload", b"s" * 32), b"x" * 32
    first = Spool(tmp_path / "spool.db", secret)
    first.put(key, b"payload", "2026-03-10T10:00:00+08:00")
    again = Spool(tmp_path / "spool.db", secret)  # the first was never closed: as after kill -9
    item = again.waiting()
    assert (item.key, item.payload) == ("k", b"payload")
    assert "payload" not in repr(item)


def test_the_spool_is_full_and_durable_by_its_settings(tmp_path):
    spool = Spool(tmp_path / "spool.db", b"x" * 32, waiting_max=2)
    for n in range(2):
        spool.put(client_key("loc", f"k{n}", b"p", b"s" * 32), b"p", "")
    with pytest.raises(Busy):
        spool.put(client_key("loc", "k2", b"p", b"s" * 32), b"p", "")
    spool.settle(1, 201, b"{}")
    spool.put(client_key("loc", "k2", b"p", b"s" * 32), b"p", "")
    assert spool._connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert spool._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.chain
@pytest.mark.xdist_group("entrances")
def test_over_http_with_kill_9_nothing_acknowledged_is_lost(province, key):
    """No console runs in this province, so everything is spooled."""
    mine = [key() for _ in range(5)]
    headers = {"authorization": f"Bearer {province.token('loc')}"}

    def post(one):
        body = json.dumps(FORM)
        status, answer = province.post(
            "entrance-bank", "/api/v1/registrations", body, headers | {"idempotency-key": one}
        )
        return status, json.loads(answer)

    before = [post(one) for one in mine]
    assert {status for status, _ in before} == {202}
    province.restart("entrance-bank")
    assert [post(one) for one in mine] == before
