"""Recent idempotency keys (幂等键): same key and payload replays the answer, another payload is a conflict.

Held in memory, bounded, rebuilt from the journal at start. `unavailable` is never replayed: the citizen was not
verified, so the same key may try again. An answer whose photo was not kept is asked for again above.

Nearly every key comes once, so the payload is kept as it came and read only when its key comes again.
"""

import msgspec

from hecha.edges.hops.wire import HopRequest
from hecha.kernel.errors import Conflict

KEYS_MAX = 65_536

_decode_request = msgspec.json.Decoder(HopRequest).decode


def key_name(request: HopRequest) -> str:
    """A client's key is its institution's own."""
    return f"{request.bank}\0{request.key}"


def payload(request: HopRequest) -> tuple[str, ...]:
    """What must be the same for a key to be the same: not the id, and not what is left of the deadline."""
    return request.name, request.number, request.mode, request.entry, request.outlet, request.business


class Recent:
    """Key → (request as it came, encoded answer or b"" when there is none to replay); the oldest falls out."""

    def __init__(self, keys_max: int = KEYS_MAX) -> None:
        self._known: dict[str, tuple[bytes, bytes]] = {}
        self._ring: list[str | None] = [None] * keys_max  # names in the order in which they came
        self._next = 0

    def __len__(self) -> int:
        return len(self._known)

    def look(self, name: str, request: HopRequest, raw: bytes) -> bytes:
        """The answer to replay, b"" when there is none; from now on the key belongs to this payload. Raises Conflict
        when it belongs to another one already, even while that is still on its way."""
        known = self._known.get(name)
        if known is None:
            self.keep(name, raw, b"")
            return b""
        if known[0] != raw and payload(_decode_request(known[0])) != payload(request):
            raise Conflict("同一幂等键用于不同内容 the same idempotency key came with another payload")
        return known[1]

    def keep(self, name: str, raw: bytes, answer: bytes) -> None:
        """Remember an encoded request and its answer."""
        known = self._known
        if name not in known:
            ring, at = self._ring, self._next
            oldest, ring[at] = ring[at], name
            if oldest is not None:
                del known[oldest]
            self._next = at + 1 if at + 1 < len(ring) else 0
        known[name] = (raw, answer)
