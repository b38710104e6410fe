"""Recent idempotency keys (幂等键): same key and payload replays the answer, another payload is a conflict.

Held in memory, bounded, rebuilt from the journal at start. `unavailable` is never replayed: the citizen was not
verified, so the same key may try again. An answer whose photo was not kept is asked for again above.
"""

from hashlib import blake2b

from hecha.edges.hops.wire import HopRequest
from hecha.kernel.errors import Conflict

KEYS_MAX = 65_536


def payload_hash(request: HopRequest) -> bytes:
    """What must be the same for a key to be the same: not the id, and not what is left of the deadline."""
    payload = (request.name, request.number, request.mode, request.entry, request.outlet, request.business)
    return blake2b("\0".join(payload).encode(), digest_size=16).digest()


class Recent:
    """Key → (payload hash, encoded answer or b"" when there is none to replay), oldest first."""

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._keys_max = keys_max
        self._known: dict[str, tuple[bytes, bytes]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def look(self, scope: str, key: str, payload: bytes) -> bytes:
        """The answer to replay, b"" when there is none. Raises Conflict when the key has another payload."""
        known = self._known.get(f"{scope}\0{key}")
        if known is None:
            return b""
        if known[0] != payload:
            raise Conflict("同一幂等键用于不同内容 the same idempotency key came with another payload")
        return known[1]

    def keep(self, scope: str, key: str, payload: bytes, answer: bytes) -> None:
        """Remember; the oldest falls out."""
        name = f"{scope}\0{key}"
        self._known.pop(name, None)
        self._known[name] = (payload, answer)
        if len(self._known) > self._keys_max:
            del self._known[next(iter(self._known))]
