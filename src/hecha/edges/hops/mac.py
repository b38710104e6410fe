"""The MAC that each answer carries, and the pass that each request carries. One key per pair of hops.

    pair        "front-a>channel/production": who asks, and the listener that answers
    x-hecha-mac hex HMAC-SHA256(key, request id + newline + body), on answers
    x-hecha-hop "front-a " + hex HMAC-SHA256(key, "pass"), on requests: who is calling

The listener is part of the pair, so an answer that comes from another channel than it was asked for has a wrong MAC.
"""

from hmac import compare_digest, digest

MAC_HEADER = b"x-hecha-mac"
CALLER_HEADER = b"x-hecha-hop"


def pair(caller: str, listener: str) -> str:
    """The name of a pair of hops, as in `HopConfig.peer_keys`."""
    return f"{caller}>{listener}"


def sign(key: bytes, request_id: bytes, body: bytes) -> bytes:
    """Hex MAC of an answer."""
    return digest(key, request_id + b"\n" + body, "sha256").hex().encode()


def valid(key: bytes, request_id: bytes, body: bytes, mac: bytes) -> bool:
    """Whether an answer is authentic. An absent MAC (empty) is not."""
    return compare_digest(sign(key, request_id, body), mac)


def caller_pass(key: bytes, caller: str) -> bytes:
    """What a hop shows to be let in."""
    return caller.encode() + b" " + digest(key, b"pass", "sha256").hex().encode()
