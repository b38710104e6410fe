"""The MAC that each answer carries, and the pass that each request carries. One key per pair of hops.

    pair        "front-a>channel/production": who asks, and the listener that answers
    x-hecha-mac hex HMAC-SHA256(key, request id + newline + body), on answers
    x-hecha-hop "front-a " + hex HMAC-SHA256(key, "pass"), on requests: who is calling

The listener is part of the pair, so an answer that comes from another channel than it was asked for has a wrong MAC.
"""

from _hashlib import hmac_new  # what `hmac` itself is made of: copying its state costs a sixth of a new HMAC
from hmac import compare_digest, digest
from typing import Any

MAC_HEADER = b"x-hecha-mac"
CALLER_HEADER = b"x-hecha-hop"


def pair(caller: str, listener: str) -> str:
    """The name of a pair of hops, as in `HopConfig.peer_keys`."""
    return f"{caller}>{listener}"


HEX_LENGTH = 64
_STATES_MAX = 1_024
_states: dict[bytes, Any] = {}
"""Key → an HMAC that has taken in the key and nothing else."""


def sign(key: bytes, request_id: bytes, body: bytes) -> bytes:
    """Hex MAC of an answer."""
    keyed = (_states.get(key) or _prepared(key)).copy()
    keyed.update(request_id + b"\n" + body)
    return keyed.hexdigest().encode()  # type: ignore[no-any-return]


def _prepared(key: bytes) -> Any:
    if len(_states) >= _STATES_MAX:
        _states.clear()
    _states[key] = hmac_new(key, b"", digestmod="sha256")
    return _states[key]


def valid(key: bytes, request_id: bytes, body: bytes, mac: bytes) -> bool:
    """Whether an answer is authentic. An absent MAC (empty) is not."""
    return compare_digest(sign(key, request_id, body), mac)


def caller_pass(key: bytes, caller: str) -> bytes:
    """What a hop shows to be let in."""
    return caller.encode() + b" " + digest(key, b"pass", "sha256").hex().encode()
