"""Fault gates (故障注入): what a process does to the components it holds, in the sandbox and in drills only.

A fault lives in the memory of the process that holds the component; a restart mends it. Detection never reads
this module (an import rule keeps it so): it sees only what a caller of the chain sees.

    | fault | a call that enters the component |
    |---|---|
    | down | is refused at once (`GateDown`) |
    | slow MS | waits so many milliseconds first |
    | half-open | is accepted and never answered: the caller's time-out ends it |
    | garbage | is answered by an HTML page with status 200 |
    | bitflip | has one bit of its answer flipped, another one each time |
    | truncate | has its answer cut short |

A holder of a component does, around each call:

    await gates.enter(component)              # may wait; raises GateDown
    body = ... the true answer's bytes ...
    body = gates.damage(component, body)      # what leaves it
"""

import asyncio
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import msgspec

from hecha.edges.files.network_folder import load_network
from hecha.edges.hops.entrance_http import Broken as NoReply
from hecha.edges.hops.entrance_http import Pool
from hecha.edges.hops.topology import HopConfig, sandbox_topology
from hecha.edges.hops.wire import FaultOrder, FaultTable
from hecha.edges.settings import settings
from hecha.kernel.errors import BadInput, HechaError, NotThere, Unavailable

SLOW_MS_MAX = 60_000
FAULTS_MAX = 50_000
FOREVER_S = 60.0  # half-open: longer than any caller's deadline, and yet no coroutine waits for ever
BODY_BYTES_MAX = 4096
SEND_TIMEOUT_S = 3.0
KINDS = frozenset({"down", "slow", "garbage", "half-open", "bitflip", "truncate"})
PAGE = b"<html><head><title>302 Found</title></head><body><h1>\xd5\xfd\xd4\xda\xce\xac\xbb\xa4</h1></body></html>"
"""What a tired middle box answers: status 200, and not JSON."""


class GateDown(HechaError):
    """The component does not let a call in: it is cut (`result` down) or stays silent (`result` timeout)."""

    def __init__(self, component: str, result: str = "down") -> None:
        super().__init__(f"{component} 已断开 is down")
        self.component = component
        self.result = result


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with one component. `ms` is for slow only."""

    kind: str
    ms: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.ms}" if self.kind == "slow" else self.kind


class Gates:
    """The components that one process holds, and what is wrong with each.

    `held` are whole names; `families` are patterns with one free part, such as `outlet/*/line`.
    """

    def __init__(self, held: Iterable[str] = (), families: Iterable[str] = ()) -> None:
        self._held = frozenset(held)
        self._families = tuple(tuple(family.split("/")) for family in families)
        self._broken: dict[str, Broken] = {}
        self._turn = 0

    @property
    def quiet(self) -> bool:
        """Nothing is broken: the hot path asks this first."""
        return not self._broken

    @property
    def broken(self) -> Mapping[str, Broken]:
        return MappingProxyType(self._broken)

    def holds(self, component: str) -> bool:
        parts = component.split("/")
        return component in self._held or any(_fits(parts, family) for family in self._families)

    def is_down(self, component: str) -> bool:
        broken = self._broken.get(component)
        return broken is not None and broken.kind == "down"

    def order(self, order: FaultOrder) -> FaultTable:
        """Break or mend. Raises NotThere for a component of another process, BadInput for a wrong fault or value."""
        if not self.holds(order.component):
            raise NotThere(f"{order.component} 不在本进程 is not held by this process")
        if order.fault == "up":
            self._broken.pop(order.component, None)
        else:
            self._break(order.component, _broken(order))
        return self.table()

    def _break(self, component: str, broken: Broken) -> None:
        if len(self._broken) >= FAULTS_MAX and component not in self._broken:
            raise BadInput("component", f"故障已有 {FAULTS_MAX} 个 too many faults", "先排除一些 mend some first")
        self._broken[component] = broken

    def table(self) -> FaultTable:
        return FaultTable({component: str(broken) for component, broken in sorted(self._broken.items())})

    async def enter(self, component: str, patience_s: float = FOREVER_S) -> None:
        """Come in with a call: waits if slow; raises GateDown if cut, or after `patience_s` if half-open.

        A slow component acknowledges and works; a half-open one does not even acknowledge: so patience ends it."""
        broken = self._broken.get(component)
        if broken is None:
            return
        if broken.kind == "slow":
            await asyncio.sleep(broken.ms / 1000)
        elif broken.kind == "half-open":
            await asyncio.sleep(patience_s)
            raise GateDown(component, "timeout")
        elif broken.kind == "down":
            raise GateDown(component)

    def damage(self, component: str, body: bytes) -> bytes:
        """What leaves the component instead of its true answer."""
        broken = self._broken.get(component)
        if broken is None or not body:
            return body
        if broken.kind == "garbage":
            return PAGE
        if broken.kind == "truncate":
            return body[: len(body) // 2]
        return self._flipped(body) if broken.kind == "bitflip" else body

    def _flipped(self, body: bytes) -> bytes:
        # A large prime step walks over all bits in a scattered order, the same in every run.
        self._turn += 1
        bit = self._turn * 7919 % (len(body) * 8)
        spoilt = bytearray(body)
        spoilt[bit // 8] ^= 1 << bit % 8
        return bytes(spoilt)


def _fits(parts: list[str], family: tuple[str, ...]) -> bool:
    return len(parts) == len(family) and all(
        given == known or (known == "*" and given) for given, known in zip(parts, family, strict=True)
    )


def _broken(order: FaultOrder) -> Broken:
    if order.fault not in KINDS:
        raise BadInput("fault", "没有这种故障 no such fault", "、".join(sorted({*KINDS, "up"})))
    if order.fault != "slow":
        return Broken(order.fault)
    if not order.value.isascii() or not order.value.isdigit() or not 0 < int(order.value) <= SLOW_MS_MAX:
        raise BadInput("value", f"slow 要 1 到 {SLOW_MS_MAX} 毫秒 needs milliseconds", "--slow 300")
    return Broken("slow", int(order.value))


_decode_order = msgspec.json.Decoder(FaultOrder).decode
_encode = msgspec.json.encode


def handle(gates: Gates, body: bytes, *, caller: str, given: str, token: str) -> tuple[int, bytes]:
    """`POST /hop/fault` → (status, JSON). `caller` is the peer's address, `given` the `x-hecha-fault-token` header.

    Only from loopback and only with the token; a process without a token (production) has no such door.
    """
    if not may_order(caller, given, token):
        return 404, b"{}"
    if len(body) > BODY_BYTES_MAX:
        return 413, b"{}"
    try:
        return 200, _encode(gates.order(_decode_order(body)))
    except msgspec.DecodeError:
        return 422, _encode({"detail": "不是故障指令 not a fault order"})
    except (BadInput, NotThere) as error:
        return 422 if isinstance(error, BadInput) else 404, _encode({"detail": str(error)})


def may_order(caller: str, given: str, token: str) -> bool:
    """A fault may be ordered only from this machine and only by who holds the sandbox's token."""
    return bool(token) and caller in ("127.0.0.1", "::1") and hmac.compare_digest(given.encode(), token.encode())


async def order(
    home: Path | Mapping[str, HopConfig], component: str, fault: str, value: str = ""
) -> dict[str, FaultTable]:
    """Send a fault to every process that holds the component (both entrances hold the lines); tables by process.

    `home` is the sandbox's folder, or hop settings by name. Raises BadInput for a component that nobody holds or a
    wrong fault, Unavailable when a holder does not answer."""
    hops = home if isinstance(home, Mapping) else _sandbox(home)
    holders = [config for config in hops.values() if gates_held(config).holds(component)]
    if not holders:
        known = "relay、front/a、channel/production、account-system、bank/<id>/core、city/<code>/line、outlet/<id>/line"
        raise BadInput(component, "没有这个部件 no such component", known)
    message = FaultOrder(component, fault, value)
    return {config.name: await _send(config, message) for config in holders}


def gates_held(config: HopConfig) -> Gates:
    """The gates of a process, by its role."""
    from hecha.edges.hops import entrance_ways, front, relay  # they import this module

    if config.role == "relay":
        return relay.gates()
    if config.role == "front":
        return front.gates(config.component)
    return entrance_ways.gates_of(config.name) if config.role == "entrance" else Gates([config.component])


def _sandbox(home: Path) -> Mapping[str, HopConfig]:
    chosen = settings()
    return sandbox_topology(home, chosen.base_port, load_network(chosen.network))


async def _send(config: HopConfig, message: FaultOrder) -> FaultTable:
    address = next(iter(config.listeners.values()))
    pool = Pool(f"http://{address}", 1)
    try:
        headers = {"x-hecha-fault-token": config.fault_token}
        reply = await pool.exchange("POST", "/hop/fault", headers, _encode(message), SEND_TIMEOUT_S)
    except NoReply as error:
        raise Unavailable(config.name, f"进程不应答 the process does not answer ({error.result})") from None
    finally:
        await pool.close()
    if reply.status == 200:
        return msgspec.json.decode(reply.body, type=FaultTable)
    detail = msgspec.json.decode(reply.body, type=dict[str, str]).get("detail", "")
    if detail and reply.status in (404, 422):
        raise BadInput(message.component, detail)
    raise Unavailable(config.name, f"不接受故障指令 it takes no fault orders (HTTP {reply.status})")
