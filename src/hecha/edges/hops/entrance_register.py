"""Deferred registrations at an entrance (5.1.1(3)): handed to the console if it is up, else spooled and handed later.

    POST /api/v1/registrations ─ token, key, form ─┬─ console answers ─────────────► its answer
                                                   └─ console away ─► spool (durable) ─► 202, state waiting
                                                        every second ─► console, same key: one effect, however often

A registration is never refused because the console is away. One that the console refuses for good is kept with the
reason and does not hold up those behind it.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from hecha.edges.hops import keys
from hecha.edges.hops.entrance_http import Broken, Pool, Reply
from hecha.edges.hops.entrance_intake import CONSOLE, outlet_of
from hecha.edges.hops.entrance_keys import client_key
from hecha.edges.hops.entrance_spool import Item, Spool
from hecha.edges.hops.topology import HopConfig
from hecha.kernel.errors import BadInput, HechaError, Refused
from hecha.network.model import Network
from hecha.response.backlog import check_voucher
from hecha.response.late_entry import check_happened
from hecha.response.slip_number import read_slip_number
from hecha.verification.subject import check_name, check_number

if TYPE_CHECKING:
    from hecha.edges.api.asks import RegistrationForm

PATH = "/api/v1/registrations"
CONSOLE_TIMEOUT_S = 3.0
DELIVER_EVERY_S = 1.0
AWAY_S = 2.0  # after the console was found away, so long it is not asked again while a clerk waits
CONNECTIONS = 8
_AWAY = frozenset({502, 503, 504})  # any other failure may lie in the one item, which must not hold up the others
_log = logging.getLogger(__name__)
_FOR_GOOD = frozenset({400, 404, 409, 413, 422})
"""What will not become better by sending it again. 401, 403 and 429 may: somebody mends the settings."""


@dataclass
class Registrar:
    """Belongs to one event loop; the spool works in threads."""

    config: HopConfig
    network: Network
    secret: bytes
    _pool: Pool | None = None
    _spool: Spool | None = None
    _away_until: float = 0.0
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Open the spool and begin to hand over what waits in it."""
        path = Path(self.config.home) / f"spool-{self.config.name}.db"
        sealing = bytes.fromhex(keys.derived(keys.index_key(self.config.keys_folder, self.config.name), "spool"))
        self._spool = await asyncio.to_thread(Spool, path, sealing)
        if self.config.console:
            self._pool = Pool(f"http://{self.config.console}", CONNECTIONS)
            self._task = asyncio.create_task(self._deliver_until_stopped())

    async def close(self) -> None:
        self._stopping.set()
        if self._task is not None:
            await self._task
        if self._pool is not None:
            await self._pool.close()
        if self._spool is not None:
            await asyncio.to_thread(self._spool.close)

    async def register(self, who: str, body: bytes, key: str, at: datetime) -> tuple[int, bytes]:
        """(HTTP status, JSON). Raises BadInput, Refused, KeyMissing, Conflict; Busy only when the spool is full."""
        payload = self._checked(who, body, at)
        known = client_key(who, key, payload, self.secret)
        item = await asyncio.to_thread(self._open.find, known)
        if item is None:
            reply = await self._ask_console(who, key, payload)
            if reply is not None and (reply.status < 300 or reply.status in _FOR_GOOD):
                return reply.status, reply.body
            item = await asyncio.to_thread(self._open.put, known, payload, at.isoformat())
        return (item.status, item.answer) if item.state != "waiting" else (202, _waiting(item))

    async def counts(self) -> dict[str, int]:
        return await asyncio.to_thread(self._open.counts)

    @property
    def _open(self) -> Spool:
        assert self._spool is not None, "start() opens the spool"
        return self._spool

    def _checked(self, who: str, body: bytes, at: datetime) -> bytes:
        """The payload in a canonical form. All that the console would refuse is refused here, before it is promised."""
        if who == CONSOLE:
            raise Refused("5.1.1(3)", "登记由机构办理 institutions register", "用本机构的令牌 use a bank's token")
        form = _form(body)
        check_name(form.subject.name)
        check_number(form.subject.number)
        check_voucher(form.voucher.number, form.voucher.copies)
        outlet, _ = outlet_of(self.network, who, form.outlet)
        read_slip_number(form.slip, outlet.id)
        check_happened(form.happened_at, at)
        return msgspec.json.encode(form.canonical(), order="deterministic")

    async def _ask_console(self, who: str, key: str, payload: bytes) -> Reply | None:
        if self._pool is None or monotonic() < self._away_until:
            return None
        headers = {"authorization": f"Bearer {self.config.tokens[who]}", "idempotency-key": key}
        try:
            return await self._pool.exchange("POST", PATH, headers, payload, CONSOLE_TIMEOUT_S)
        except Broken:
            self._away_until = monotonic() + AWAY_S
            return None

    async def _deliver_until_stopped(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._deliver()
            except HechaError as error:  # the disk: what waits stays there, and is tried again
                _log.warning("the spool will try again: %s", type(error).__name__)
            try:
                async with asyncio.timeout(DELIVER_EVERY_S):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def _deliver(self) -> None:
        """Hand over what waits, oldest first, until the console is away or nothing waits."""
        last = 0
        while not self._stopping.is_set():
            item = await asyncio.to_thread(self._open.waiting, last)
            if item is None:
                return
            last = item.id
            if not item.payload or item.scope not in self.config.tokens:
                continue  # spoilt on the disk, or a bank whose token was taken away: people must look
            reply = await self._ask_console(item.scope, item.key, item.payload)
            if reply is None or reply.status in _AWAY:
                return
            if reply.status < 300 or reply.status in _FOR_GOOD:
                await asyncio.to_thread(self._open.settle, item.id, reply.status, reply.body)


def _form(body: bytes) -> "RegistrationForm":
    """The registration's form. Raises BadInput that names fields, never their content."""
    from pydantic import ValidationError  # only when there is something to register: pydantic is slow to load

    from hecha.edges.api.asks import RegistrationForm

    try:
        return RegistrationForm.model_validate_json(body)
    except ValidationError as error:
        found: list[Any] = list(error.errors(include_url=False, include_context=False, include_input=False))
        where = ".".join(str(part) for part in found[0]["loc"]) if found else "body"
        known = where if all(part.isidentifier() and part.isascii() for part in where.split(".")) else "body"
        raise BadInput(known or "body", "字段缺少、多余或不合格式 a field is missing, unknown or wrong") from None


def _waiting(item: Item) -> bytes:
    """What a clerk gets while the console is away: kept here, durable, to be handed over."""
    found = {"id": f"S{item.id}", "state": "waiting", "durable": "local", "registered_at": item.at}
    return msgspec.json.encode(found)
