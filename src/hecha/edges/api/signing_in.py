"""Who calls the API: a person with the console's session cookie, or an institution with its bearer token.

Tokens lie in `home/keys/api-tokens.json` (0600): {"bank/<id>": "sha256 of the token"}; only digests are stored.
A POST with a cookie also needs the session's CSRF token in `x-csrf-token`, as other sites can make a browser send it.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request

from hecha.edges.api.problems import NotSignedIn
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Principal, Role

CSRF_HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionLike(Protocol):
    """What the console's accounts give for a cookie."""

    @property
    def principal(self) -> Principal: ...
    @property
    def csrf(self) -> str: ...


Sessions = Callable[[Request], SessionLike | None]


class Tokens:
    """Bearer tokens of institutions: digest -> unit."""

    def __init__(self, digests: Mapping[str, str]) -> None:
        self._units = [(bytes.fromhex(digest), UnitId(unit)) for unit, digest in digests.items()]

    def also(self, secrets_by_unit: Mapping[str, str]) -> "Tokens":
        """These and others whose secret is known here (unit -> token), such as the entrances' tokens of banks."""
        return _joined(self._units + [(_digest(token), UnitId(unit)) for unit, token in secrets_by_unit.items()])

    def principal(self, token: str) -> Principal | None:
        """The institution a token belongs to; all are compared, in constant time each."""
        digest = _digest(token)
        found = [unit for known, unit in self._units if hmac.compare_digest(known, digest)]
        return Principal(f"api:{found[0]}", "接口", Role.CLERK, found[0]) if found else None


def _joined(units: list[tuple[bytes, UnitId]]) -> Tokens:
    joined = Tokens({})
    joined._units = units
    return joined


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()  # 256 random bits: no key and no salt are needed


def load_tokens(path: Path) -> Tokens:
    """Read the digests; none when the file does not exist. Raises BadInput for a damaged file."""
    if not path.exists():
        return Tokens({})
    try:
        return Tokens(json.loads(path.read_text()))
    except (ValueError, AttributeError, TypeError) as error:
        raise BadInput(path.name, "不是有效的令牌文件 (not a valid token file)", "请重新签发") from error


def issue_token(path: Path, unit: str) -> str:
    """A new token for an institution, replacing its old one. It is shown once; the file keeps its digest."""
    known: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    token = secrets.token_urlsafe(32)
    known[unit] = hashlib.sha256(token.encode()).hexdigest()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(json.dumps(known, indent=1, sort_keys=True))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return token


class Door:
    """Finds the principal of a request. Raises NotSignedIn, or Refused for a missing CSRF token."""

    def __init__(self, tokens: Tokens, sessions: Sessions) -> None:
        self._tokens, self._sessions = tokens, sessions

    def principal(self, request: Request) -> Principal:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found = self._tokens.principal(token.strip())
            if found is None:
                raise NotSignedIn
            return found
        session = self._sessions(request)
        if session is None:
            raise NotSignedIn
        self._require_csrf(request, session)
        return session.principal

    def _require_csrf(self, request: Request, session: SessionLike) -> None:
        if request.method in _SAFE:
            return
        given = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise Refused("ASVS 3.5.1", "缺少页面令牌 x-csrf-token", "请从控制台页面操作，或用机构令牌")
