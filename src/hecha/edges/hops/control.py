"""The control channel of a hop (人工切换, 5.2.2(1), 5.2.2(3)): which of its routes goes first while it works.

    POST /hop/routes   RouteOrder, sealed with HMAC(control key, id + newline + body) → RouteTable, sealed alike

An order is good once and for a moment, so that one that was overheard switches nothing. A hop without a control key
has no such door. What it asks for is still bound by the routes' own hysteresis (`Routes.prefer`), and lives as long as
the process: after a restart the order of the settings holds again. No bank's configuration is touched.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from time import monotonic

import msgspec

from hecha.edges.clock import Clock, system_clock
from hecha.edges.hops import mac
from hecha.edges.hops.entrance_http import Broken, Pool
from hecha.edges.hops.forward import Forwarder
from hecha.edges.hops.topology import HopConfig
from hecha.edges.hops.wire import RouteOrder, RouteState, RouteTable
from hecha.kernel.errors import HechaError, NotThere, Refused, Unavailable

GOOD_FOR_S = 30.0
REMEMBERED_MAX = 1_000
TIMEOUT_S = 2.0
ID_BYTES = 16
_log = logging.getLogger(__name__)
_encode = msgspec.json.encode
_decode_order = msgspec.json.Decoder(RouteOrder).decode
_decode_table = msgspec.json.Decoder(RouteTable).decode


class Control:
    """The hop's side. Belongs to the event loop of its forwarders."""

    def __init__(self, config: HopConfig, forwarders: Sequence[Forwarder], clock: Clock = system_clock) -> None:
        self._name, self._forwarders, self._clock = config.name, forwarders, clock
        self._key = bytes.fromhex(config.control_key)
        self._seen: deque[str] = deque(maxlen=REMEMBERED_MAX)

    def handle(self, body: bytes, seal: bytes) -> tuple[int, bytes, bytes]:
        """(status, JSON, its seal). 404 without a key, 403 for a wrong or stale seal, 409 when it may not be now."""
        if not self._key:
            return 404, b"{}", b""
        try:
            order = _decode_order(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return 403, b"{}", b""
        if not self._is_fresh(order, body, seal):
            return 403, b"{}", b""
        status, answer = self._done(order)
        return status, answer, mac.sign(self._key, order.id.encode(), answer)

    def _is_fresh(self, order: RouteOrder, body: bytes, seal: bytes) -> bool:
        if not mac.valid(self._key, order.id.encode(), body, seal) or order.id in self._seen:
            return False
        self._seen.append(order.id)
        return abs(self._clock().timestamp() - order.at) <= GOOD_FOR_S

    def _done(self, order: RouteOrder) -> tuple[int, bytes]:
        try:
            if order.prefer is not None:
                self._prefer(order.prefer, order.by)
        except (Refused, NotThere) as error:
            reason = error.reason if isinstance(error, Refused) else str(error)
            way_out = error.way_out if isinstance(error, Refused) else ""
            return 409, _encode({"detail": reason, "way_out": way_out})
        return 200, _encode(self.table())

    def _prefer(self, route: str, by: str) -> None:
        now = monotonic()
        concerned = [one for one in self._forwarders if not route or route in one.names]
        if not concerned:
            raise NotThere(f"{self._name} 没有路由 {route} no such route here")
        for forwarder in concerned:
            forwarder.routes.prefer(route or None, now)
        _log.warning("routes of %s: %s goes first, by order of %s", self._name, route or "their own order", by)

    def table(self) -> RouteTable:
        """How the routes stand."""
        now = monotonic()
        found = RouteTable(self._name, [])
        for forwarder in self._forwarders:
            routes = forwarder.routes
            used = routes.in_use(now) if routes.names else ""
            found.routes += [
                RouteState(name, breaker.look(now).value, name == used)
                for name, breaker in zip(routes.names, routes.breakers, strict=True)
            ]
            found.preferred = found.preferred or routes.preferred
        return found


async def ask(config: HopConfig, prefer: str | None, by: str, clock: Clock = system_clock) -> RouteTable:
    """Send an order to a hop (`prefer` None: only ask). Raises Refused when it may not be now, Unavailable when the hop
    does not answer or its answer is not authentic."""
    if not config.control_key:
        raise Unavailable(config.name, "没有配置控制密钥 no control key is set; 请到现场切换 switch on the spot")
    key = bytes.fromhex(config.control_key)
    order = RouteOrder(secrets.token_hex(ID_BYTES), clock().timestamp(), prefer, by)
    body = _encode(order)
    headers = {mac.MAC_HEADER.decode(): mac.sign(key, order.id.encode(), body).decode()}
    pool = Pool(f"http://{next(iter(config.listeners.values()))}", 1)
    try:
        reply = await pool.exchange("POST", "/hop/routes", headers, body, TIMEOUT_S)
    except Broken as error:
        raise Unavailable(config.name, f"进程不应答 the process does not answer ({error.result})") from None
    finally:
        await pool.close()
    if reply.status in (200, 409) and not mac.valid(key, order.id.encode(), reply.body, reply.mac):
        raise Unavailable(config.name, "应答不可信 its answer is not authentic")
    return _table(config.name, reply.status, reply.body)


def _table(name: str, status: int, body: bytes) -> RouteTable:
    try:
        if status == 200:
            return _decode_table(body)
        said = msgspec.json.decode(body, type=dict[str, str])
    except msgspec.DecodeError:
        raise Unavailable(name, "应答无效 its answer is not understood") from None
    if status == 409:
        raise Refused("5.2.2", said.get("detail", ""), said.get("way_out", ""))
    raise Unavailable(name, f"不接受控制指令 it takes no orders (HTTP {status})")


async def ask_all(
    hops: Mapping[str, HopConfig], names: Sequence[str], prefer: str | None, by: str, clock: Clock = system_clock
) -> dict[str, RouteTable | HechaError]:
    """The same to several hops at once; what each said, or the error that it met."""
    answers = await asyncio.gather(*(ask(hops[name], prefer, by, clock) for name in names), return_exceptions=True)
    found: dict[str, RouteTable | HechaError] = {}
    for name, answer in zip(names, answers, strict=True):
        if isinstance(answer, BaseException) and not isinstance(answer, HechaError):
            raise answer
        found[name] = answer
    return found
