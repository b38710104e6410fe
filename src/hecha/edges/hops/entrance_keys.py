"""Idempotency: the same key gives the same answer, under way or done; another payload under it is a conflict.

Keys are scoped by institution. Recent answers are kept in memory within two bounds (count and bytes) and rebuilt from
the journal at start; what was not journalled was not answered, so doing it again is the first time in effect.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from hecha.edges.api.problems import KeyMissing
from hecha.kernel.errors import Conflict

KEYS_MAX = 200_000
ANSWER_BYTES_MAX = 64 << 20
TAG_BYTES = 16
_KEY = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A client's key within its institution, and the keyed digest of what came with it."""

    scope: str
    key: str
    tag: str

    def __str__(self) -> str:
        return f"{self.scope} {self.key} {self.tag}"

    @property
    def name(self) -> str:
        return f"{self.scope} {self.key}"


def client_key(scope: str, key: str, payload: bytes, secret: bytes) -> ClientKey:
    """Raises KeyMissing when there is no usable key. `payload` is in a canonical form."""
    if not _KEY.fullmatch(key):
        raise KeyMissing
    return ClientKey(scope, key, blake2b(payload, digest_size=TAG_BYTES, key=secret[:64]).hexdigest())


def read_key(text: str) -> ClientKey | None:
    """The inverse of str(), for a journalled key; None if it is none of ours."""
    parts = text.split(" ")
    return ClientKey(*parts) if len(parts) == 3 else None


class RecentKeys:
    """What was asked under which key, and what was answered."""

    def __init__(self, keys_max: int = KEYS_MAX, bytes_max: int = ANSWER_BYTES_MAX) -> None:
        self._keys_max, self._bytes_max = keys_max, bytes_max
        self._done: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._under_way: dict[str, tuple[str, asyncio.Task[bytes]]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._done)

    async def once(self, key: ClientKey, work: Callable[[], Awaitable[bytes]]) -> bytes:
        """The answer under this key: remembered, shared with who asked first, or made by `work`.

        Raises Conflict when the key came with another payload. If `work` fails, the key is free again. A caller that
        goes away does not stop the work, because others may wait for it.
        """
        if key.name in self._done:
            return self._remembered(key)
        if key.name not in self._under_way:
            self._under_way[key.name] = (key.tag, asyncio.ensure_future(self._make(key, work)))
        tag, task = self._under_way[key.name]
        _same(tag, key)
        return await asyncio.shield(task)

    def remember(self, key: ClientKey, answer: bytes) -> None:
        """Keep an answer; the oldest are forgotten beyond the bounds."""
        self._forget(key.name)
        self._done[key.name] = (key.tag, answer)
        self._bytes += len(answer)
        while len(self._done) > self._keys_max or (self._bytes > self._bytes_max and len(self._done) > 1):
            self._forget(next(iter(self._done)))

    async def settle(self) -> None:
        """At shutdown: let what is under way come to its end."""
        tasks = [task for _, task in self._under_way.values()]
        await asyncio.gather(*tasks, return_exceptions=True)

    def _remembered(self, key: ClientKey) -> bytes:
        tag, answer = self._done[key.name]
        _same(tag, key)
        return answer

    async def _make(self, key: ClientKey, work: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            answer = await work()
            self.remember(key, answer)
            return answer
        finally:
            del self._under_way[key.name]

    def _forget(self, name: str) -> None:
        if name in self._done:
            self._bytes -= len(self._done.pop(name)[1])


def _same(tag: str, key: ClientKey) -> None:
    if not compare_digest(tag, key.tag):
        raise Conflict("这个键已用于另一笔内容，请换新键 this key came with another payload; take a new key")
