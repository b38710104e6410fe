"""Recent idempotency keys (幂等键): same key and payload replays the answer, another payload is a conflict.

Held in memory, bounded, rebuilt from the journal at start. `unavailable` is never replayed: the citizen was not
verified, so the same key may try again. An answer whose photo was not kept is asked for again above.
"""

from collections import OrderedDict
from hashlib import blake2b

from hecha.edges.hops.wire import HopRequest
from hecha.kernel.errors import Conflict

KEYS_MAX = 65_536


def key_name(request: HopRequest) -> str:
    """A client's key is its institution's own."""
    return f"{request.bank}\0{request.key}"


def payload_hash(request: HopRequest) -> bytes:
    """What must be the same for a key to be the same: not the id, and not what is left of the deadline."""
    who, what = f"{request.name}\0{request.number}", f"{request.entry}\0{request.outlet}\0{request.business}"
    return blake2b(f"{who}\0{request.mode}\0{what}".encode(), digest_size=16).digest()


class Recent:
    """Key → (payload hash, encoded answer or b"" when there is none to replay), oldest first."""

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._keys_max = keys_max
        self._known: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def look(self, name: str, payload: bytes) -> bytes:
        """The answer to replay, b"" when there is none; from now on the key belongs to this payload. Raises Conflict
        when it belongs to another one already, even while that is still on its way."""
        known = self._known.get(name)
        if known is None:
            self.keep(name, payload, b"")
            return b""
        if known[0] != payload:
            raise Conflict("同一幂等键用于不同内容 the same idempotency key came with another payload")
        return known[1]

    def keep(self, name: str, payload: bytes, answer: bytes) -> None:
        """Remember; the oldest falls out."""
        known = self._known
        known[name] = (payload, answer)
        if len(known) > self._keys_max:
            known.popitem(last=False)
