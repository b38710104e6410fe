"""Signed links (确认链接): one purpose, one person, one message, until a moment. Whoever holds one may press once.

    links = Links(keys)
    token = links.make(Grant(notice, ACKNOWLEDGE, person, expires))
    grant = links.read(token)          raises Refused for anything we did not sign

That it works once, and not after the message was superseded, follows from the message's own state.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hecha.edges.store.keys import Keys
from hecha.kernel.errors import Refused

ACKNOWLEDGE = "ack"
LINK_LASTS = timedelta(hours=24)
MAC_BYTES = 16  # half of SHA-256: short enough for a text message, and beyond guessing
TOKEN_CHARS_MAX = 400
_LABEL = b"hecha notice link 1"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link allows. `expires` has whole seconds."""

    notice: str
    purpose: str
    person: str
    expires: datetime


class Links:
    """Makes and reads tokens with a key of its own, derived from the store's."""

    def __init__(self, keys: Keys) -> None:
        self._key = hmac.digest(keys.index, _LABEL, hashlib.sha256)

    def make(self, grant: Grant) -> str:
        """The token of a grant. Raises ValueError for a line break in one of its parts."""
        parts = (grant.notice, grant.purpose, grant.person, str(int(grant.expires.timestamp())))
        if any("\n" in part for part in parts):
            raise ValueError("a line break would shift one part into the next")
        said = "\n".join(parts).encode()
        return f"{_text(said)}.{_text(self._mac(said))}"

    def read(self, token: str) -> Grant:
        """The grant of a token of ours, expired or not. Raises Refused for any other."""
        said, _, mac = token[:TOKEN_CHARS_MAX].partition(".")
        found = _bytes(said)
        if not hmac.compare_digest(_text(self._mac(found)).encode(), mac.encode()) or _text(found) != said:
            raise Refused("4.3.1(1)", "这个链接无效或不完整", "请登录后在收件箱中确认")
        notice, purpose, person, expires = found.decode().split("\n")
        return Grant(notice, purpose, person, datetime.fromtimestamp(int(expires), UTC))

    def _mac(self, said: bytes) -> bytes:
        return hmac.digest(self._key, said, hashlib.sha256)[:MAC_BYTES]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
