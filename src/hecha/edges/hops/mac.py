"""The MAC that each answer carries, and the pass that each request carries. One key per pair of hops.

    pair        "front-a>channel/production": who asks, and the listener that answers
    x-hecha-mac hex HMAC-SHA256(key, request id + newline + body), on answers
    x-hecha-hop "front-a " + hex HMAC-SHA256(key, "pass"), on requests: who is calling

The listener is part of the pair, so an answer that comes from another channel than it was asked for has a wrong MAC.
"""

from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any

MAC_HEADER = b"x-hecha-mac"
CALLER_HEADER = b"x-hecha-hop"


def pair(caller: str, listener: str) -> str:
    """The name of a pair of hops, as in `HopConfig.peer_keys`."""
    return f"{caller}>{listener}"


HEX_LENGTH = 64
_BLOCK = 64
_STATES_MAX = 1_024
_states: dict[bytes, tuple[Any, Any]] = {}
"""Key → SHA-256 that has taken in the inner and the outer pad: half the work of an HMAC, done once per key."""


def sign(key: bytes, request_id: bytes, body: bytes) -> bytes:
    """Hex MAC of an answer."""
    inner, outer = _states.get(key) or _prepared(key)
    taken, sealed = inner.copy(), outer.copy()
    taken.update(request_id + b"\n" + body)
    sealed.update(taken.digest())
    return sealed.hexdigest().encode()  # type: ignore[no-any-return]


def _prepared(key: bytes) -> tuple[Any, Any]:
    """HMAC as RFC 2104 defines it."""
    padded = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    if len(_states) >= _STATES_MAX:
        _states.clear()
    pads = sha256(bytes(byte ^ 0x36 for byte in padded)), sha256(bytes(byte ^ 0x5C for byte in padded))
    _states[key] = pads
    return pads


def valid(key: bytes, request_id: bytes, body: bytes, mac: bytes) -> bool:
    """Whether an answer is authentic. An absent MAC (empty) is not."""
    return compare_digest(sign(key, request_id, body), mac)


def caller_pass(key: bytes, caller: str) -> bytes:
    """What a hop shows to be let in."""
    return caller.encode() + b" " + digest(key, b"pass", "sha256").hex().encode()
