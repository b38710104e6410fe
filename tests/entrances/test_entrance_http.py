"""The small HTTP client to an entrance: what it believes and refuses; a stale connection is no failure."""

import asyncio

import pytest

from hecha.edges.hops import entrance_http
from hecha.edges.hops.entrance_http import Broken, Pool

GOOD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


class Server:
    """Answers each request with the next of `answers`; None closes the connection, b"" stays silent."""

    def __init__(self, *answers):
        self.answers, self.connections, self.asked = list(answers), 0, []

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        try:
            while self.answers:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers.pop(0)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


def exchange(*answers, times=1, timeout_s=0.2, limit=2):
    """(replies or results, the server) of so many exchanges in a row."""

    async def tell():
        async with Server(*answers) as server:
            pool, found = Pool(server.url, limit), []
            for _ in range(times):
                try:
                    found.append((await pool.exchange("GET", "/x", {"a": "b"}, b"", timeout_s)).body)
                except Broken as broken:
                    found.append(broken.result)
            await pool.close()
            return found, server

    return asyncio.run(tell())


def test_a_connection_is_kept_and_used_again():
    found, server = exchange(GOOD, GOOD, GOOD, times=3)
    assert found == [b"ok"] * 3
    assert server.connections == 1


def test_a_stale_connection_is_replaced_and_nobody_notices():
    found, server = exchange(GOOD, None, GOOD, times=2)
    assert found == [b"ok", b"ok"]
    assert server.connections == 2


def test_a_fresh_connection_that_breaks_is_reported_and_not_tried_for_ever():
    found, server = exchange(None, GOOD)
    assert found == ["reset"]
    assert server.connections == 1


def test_acknowledgements_are_skipped():
    assert exchange(b"HTTP/1.1 102 Processing\r\nx-hecha-beat: 1\r\n\r\n" * 120 + GOOD)[0] == [b"ok"]


BAD = {
    "endless acknowledgements": b"HTTP/1.1 102 Processing\r\n\r\n" * 250,
    "chunked": b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    "not http": b"SSH-2.0-x\r\n\r\n",
    "no number": b"HTTP/1.1 OK\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
    "huge length": b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n",
    "length in words": b"HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\n",
    "header without colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "endless head": b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 9000,
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_what_is_no_answer_of_ours_is_bad_and_its_connection_is_dropped(answer):
    found, server = exchange(answer, GOOD, times=2)
    assert found == ["bad_answer", b"ok"]
    assert server.connections == 2


def test_silence_is_a_time_out_and_a_late_answer_is_nobodys():
    found, server = exchange(b"", GOOD, times=2)
    assert found == ["timeout", b"ok"]
    assert server.connections == 2


def test_nobody_there_is_refused():
    async def tell():
        with pytest.raises(Broken, match="refused"):
            await Pool("http://127.0.0.1:9").exchange("GET", "/", {}, b"", 1.0)

    asyncio.run(tell())


def test_no_more_connections_than_the_limit():
    async def tell():
        async with Server(*[GOOD] * 20) as server:
            pool = Pool(server.url, 3)
            await asyncio.gather(*(pool.exchange("GET", "/", {}, b"", 5.0) for _ in range(20)))
            await pool.close()
            return server.connections

    assert asyncio.run(tell()) <= 3


@pytest.mark.parametrize("header", ["a\r\nb: c", "a\n"])
def test_a_header_cannot_carry_another(header):
    with pytest.raises(ValueError, match="line break"):
        asyncio.run(Pool("http://127.0.0.1:9").exchange("GET", "/", {"x": header}, b"", 1.0))


@pytest.mark.parametrize("url", ["https://127.0.0.1:9", "127.0.0.1:9", "http://127.0.0.1", ""])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ValueError, match="address"):
        Pool(url)


def test_the_limit_of_acknowledgements_covers_the_business_deadline():
    assert entrance_http.INTERIM_MAX * 0.1 > 10
