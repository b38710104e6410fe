"""Idempotency: the same key gives the same answer, under way or done; another payload under it is a conflict.

Keys are scoped by institution. Recent answers are kept in memory within two bounds (count and bytes) and rebuilt from
the journal at start; what was not journalled was not answered, so doing it again is the first time in effect. An
`unavailable` is no result and is not kept: the same key tries again.
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


@dataclass(frozen=True, slots=True)
class Made:
    """What `work` made. `final` False: no result (`unavailable`), so the same key may try again."""

    answer: bytes
    final: bool


Work = Callable[[bytes], Awaitable[Made]]
"""Given the answer of before a restart that lacks its photo, else b"": makes the answer."""


class RecentKeys:
    """What was asked under which key, and what was answered."""

    def __init__(self, keys_max: int = KEYS_MAX, bytes_max: int = ANSWER_BYTES_MAX) -> None:
        self._keys_max, self._bytes_max = keys_max, bytes_max
        self._done: OrderedDict[str, tuple[str, bytes, bool]] = OrderedDict()
        self._under_way: dict[str, tuple[str, asyncio.Task[bytes]]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._done)

    async def once(self, key: ClientKey, work: Work) -> bytes:
        """The answer under this key: remembered, shared with who asked first, or made by `work`.

        Raises Conflict when the key came with another payload. If `work` fails, the key is free again. A caller that
        goes away does not stop the work, because others may wait for it.
        """
        tag, before, whole = self._done.get(key.name, (key.tag, b"", False))
        _same(tag, key)
        if whole:
            return before
        if key.name not in self._under_way:
            self._under_way[key.name] = (key.tag, asyncio.ensure_future(self._make(key, before, work)))
        tag, task = self._under_way[key.name]
        _same(tag, key)
        return await asyncio.shield(task)

    def remember(self, key: ClientKey, answer: bytes, whole: bool = True) -> None:
        """Keep an answer; the oldest are forgotten beyond the bounds."""
        self._forget(key.name)
        self._done[key.name] = (key.tag, answer, whole)
        self._bytes += len(answer)
        while len(self._done) > self._keys_max or (self._bytes > self._bytes_max and len(self._done) > 1):
            self._forget(next(iter(self._done)))

    async def settle(self) -> None:
        """At shutdown: let what is under way come to its end."""
        tasks = [task for _, task in self._under_way.values()]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _make(self, key: ClientKey, before: bytes, work: Work) -> bytes:
        try:
            made = await work(before)
            if made.final:
                self.remember(key, made.answer)
            return made.answer
        finally:
            del self._under_way[key.name]

    def _forget(self, name: str) -> None:
        if name in self._done:
            self._bytes -= len(self._done.pop(name)[1])


def _same(tag: str, key: ClientKey) -> None:
    if not compare_digest(tag, key.tag):
        raise Conflict("这个键已用于另一笔内容，请换新键 this key came with another payload; take a new key")
