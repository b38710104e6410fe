"""The client of an entrance: what the console's desk, the sandbox's clerks, the prober and batches use.

    async with EntranceClient("http://127.0.0.1:9731", token) as entrance:
        answer = await entrance.verify(name=…, number=…, outlet=…, business="01", reference="…", key="…")
        pong = await entrance.ping(outlet=…, mode="interface")
        page = await entrance.outcomes(after=cursor)
        async for index, answer in entrance.verify_many(rows): …

One address suffices: either entrance serves every outlet and both modes. With `standby` the same request goes to the
other entrance when the first cannot be reached at all. A verification that could not be done is no exception but
outcome `unavailable`; what the rules or the form refuse is raised as the error of ours that it was.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from time import perf_counter
from typing import Any, Self

import msgspec

from hecha.edges.hops.entrance_http import Broken, Pool, Reply
from hecha.edges.hops.entrance_model import VerificationAnswer
from hecha.edges.hops.wire import Outcomes, Ping, Pong, Step
from hecha.kernel.errors import BadInput, Conflict, HechaError, NotThere, Refused, Unavailable
from hecha.verification.outcome import Outcome

BUSINESS_DEADLINE_S = 10.0
SLACK_S = 1.0  # the entrance answers by its own deadline; beyond this it is gone
PING_TIMEOUT_S = 2.0
CONCURRENCY = 16
ADDRESSES_MAX = 2

_encode = msgspec.json.encode
_answer = msgspec.json.Decoder(VerificationAnswer).decode
_pong = msgspec.json.Decoder(Pong).decode
_outcomes = msgspec.json.Decoder(Outcomes).decode


class EntranceClient:
    """Speaks to one entrance (and its standby) with one institution's token. Connections are kept and bounded."""

    def __init__(self, base_url: str, token: str, *, standby: str = "", connections: int = CONCURRENCY) -> None:
        self._pools = [Pool(url, connections) for url in (base_url, standby)[:ADDRESSES_MAX] if url]
        self._pings = Pool(base_url, connections)  # of their own: requests that hang must not make pings late
        self._headers = {"authorization": f"Bearer {token}"}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        for pool in (*self._pools, self._pings):
            await pool.close()

    async def verify(
        self,
        *,
        name: str,
        number: str,
        outlet: str,
        key: str,
        business: str = "01",
        reference: str = "",
        card_authority: str = "",
        mode: str = "",
    ) -> VerificationAnswer:
        """One person. `key`: the client's idempotency key. Raises Refused, BadInput, Conflict, never for an outage."""
        subject = {"name": name, "number": number, "card_authority": card_authority}
        body = {"subject": subject, "business": {"type": business, "reference": reference}, "outlet": outlet}
        return await self.verify_body(body | ({"mode": mode} if mode else {}), key)

    async def verify_body(self, body: Mapping[str, Any], key: str) -> VerificationAnswer:
        """The same with the JSON object of `POST /api/v1/verifications`."""
        started = perf_counter()
        headers = self._headers | {"idempotency-key": key}
        try:
            reply = await self._send("POST", "/api/v1/verifications", headers, _encode(body))
            if reply.status == 200:
                return _answer(reply.body)
        except (Broken, msgspec.DecodeError) as error:
            return _nothing(str(body.get("mode", "")), started, getattr(error, "result", "bad_answer"))
        if reply.status >= 500:
            return _nothing(str(body.get("mode", "")), started, "full" if reply.status == 503 else "bad_answer")
        raise error_of(reply)

    async def verify_many(
        self, rows: Iterable[tuple[str, Mapping[str, Any]]], concurrency: int = CONCURRENCY
    ) -> AsyncIterator[tuple[int, VerificationAnswer | HechaError]]:
        """Many people: (key, body) each. Yields (index of the row, answer or error of ours) as they come.

        At most `concurrency` are under way; rows are taken one by one, so `rows` may be a long generator.
        """
        under_way: set[asyncio.Task[tuple[int, VerificationAnswer | HechaError]]] = set()
        try:
            for index, (key, body) in enumerate(rows):
                under_way.add(asyncio.create_task(self._one(index, key, body)))
                if len(under_way) >= concurrency:
                    done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        yield task.result()
            for ready in asyncio.as_completed(under_way):
                yield await ready
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _one(self, index: int, key: str, body: Mapping[str, Any]) -> tuple[int, VerificationAnswer | HechaError]:
        try:
            return index, await self.verify_body(body, key)
        except HechaError as error:
            return index, error

    async def ping(
        self, *, outlet: str = "", mode: str = "", entry: str = "", via: str = "", target: str = "", id: str = "ping"
    ) -> Pong:
        """A hop ping, never journalled: an outlet's way in a mode, one entry, or the entrance's own ways up.

        `reached` False with `broke_at` when it did not come through; without `broke_at` the entrance was silent."""
        body = _encode(Ping(id=id, mode=mode, entry=entry, outlet=outlet, via=via, target=target))
        try:
            reply = await self._pings.exchange("POST", "/hop/ping", self._headers, body, PING_TIMEOUT_S)
            if reply.status == 200:
                return _pong(reply.body)
        except (Broken, msgspec.DecodeError) as error:
            return Pong(id=id, reached=False, path=[Step("entrance", 0, getattr(error, "result", "bad_answer"))])
        raise error_of(reply)

    async def outcomes(self, after: int = 0, limit: int = 1000) -> Outcomes:
        """What the entrance's journal holds after a sequence number. Raises Unavailable when it is away."""
        try:
            path = f"/hop/outcomes?after={int(after)}&limit={int(limit)}"
            reply = await self._pings.exchange("GET", path, self._headers, b"", PING_TIMEOUT_S)
            if reply.status == 200:
                return _outcomes(reply.body)
        except (Broken, msgspec.DecodeError) as error:
            raise Unavailable("入口 entrance", "稍后再取 fetch again later") from error
        raise error_of(reply)

    async def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """To the first address that answers. After a refusal or a broken connection the standby is asked: it has its
        own memory of keys, but what was not answered has had no effect. After a time-out there is no time left."""
        for pool in self._pools[:-1]:
            try:
                return await pool.exchange(method, path, headers, body, BUSINESS_DEADLINE_S + SLACK_S)
            except Broken as error:
                if error.result not in ("refused", "reset"):
                    raise
        return await self._pools[-1].exchange(method, path, headers, body, BUSINESS_DEADLINE_S + SLACK_S)


def _nothing(mode: str, started: float, result: str) -> VerificationAnswer:
    """The entrance itself did not answer: no id, one step."""
    ms = round((perf_counter() - started) * 1000, 3)
    return VerificationAnswer(id="", outcome=Outcome.UNAVAILABLE, mode=mode, path=[Step("entrance", ms, result)], at="")


def error_of(reply: Reply) -> HechaError:
    """The error of ours behind a problem detail."""
    try:
        problem = msgspec.json.decode(reply.body, type=dict[str, Any])
    except msgspec.DecodeError:
        return Unavailable("入口 entrance", f"HTTP {reply.status}")
    detail, way_out = str(problem.get("detail", "")), str(problem.get("way_out", ""))
    if reply.status == 403:
        return Refused(str(problem.get("clause", "")), detail, way_out)
    if reply.status == 409:
        return Conflict(detail)
    if reply.status == 404:
        return NotThere(detail)
    if reply.status == 503:
        return Unavailable(str(problem.get("part", "")), way_out)
    where = next((str(one.get("where", "")) for one in problem.get("errors", [])), "")
    return BadInput(where, detail, way_out)
