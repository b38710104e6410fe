"""Who may deliver news: each integration has a bearer token of its own, a kind, and the unit whose monitor it is.

They lie in `home/keys/integration-tokens.json` (0600): {"<name>": {"kind", "unit", "digest"}}; only digests are stored.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request

from hecha.edges.api.problems import NotSignedIn
from hecha.kernel.errors import BadInput, Refused
from hecha.kernel.ids import UnitId
from hecha.warning.alert import Origin

FILE = "integration-tokens.json"
KINDS = (Origin.ALERTMANAGER, Origin.ZABBIX, Origin.CLOUDEVENTS, Origin.CAP)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Integration:
    """`name` is the source of its signals; `unit`: the branch whose monitor it is, whose office has the news first."""

    name: str
    kind: Origin
    unit: UnitId


class Integrations:
    """The tokens of one console."""

    def __init__(self, known: Mapping[str, tuple[Integration, bytes]]) -> None:
        self._known = dict(known)

    def of(self, request: Request, kind: Origin) -> Integration:
        """Whose request this is. Raises NotSignedIn; Refused for the token of another kind of integration."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        found = self._found(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise NotSignedIn
        if found.kind is not kind:
            raise Refused("3.2.2", f"此令牌只用于 {found.kind} this token is for {found.kind}", "请用对应的令牌和地址")
        return found

    def _found(self, token: str) -> Integration | None:
        """All are compared, in constant time each."""
        digest = _digest(token)
        found = [one for one, known in self._known.values() if hmac.compare_digest(known, digest)]
        return found[0] if found else None


def load(path: Path) -> Integrations:
    """Read the digests; none when the file does not exist. Raises BadInput for a damaged file."""
    try:
        return Integrations({name: _entry(name, row) for name, row in _read(path).items()})
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise BadInput(path.name, "不是有效的令牌文件 (not a valid token file)", "请重新签发") from error


def issue(path: Path, name: str, kind: str, unit: str) -> str:
    """A new token for an integration, replacing its old one. It is shown once; the file keeps its digest."""
    if not _NAME.fullmatch(name):
        raise BadInput("name", "1 至 40 个小写字母、数字或短横 lower-case letters, digits, dashes", "prometheus-hz")
    if kind not in KINDS:
        raise BadInput("kind", f"没有“{kind}”这种接入 no such kind", "、".join(KINDS))
    token = secrets.token_urlsafe(32)
    known = _read(path) | {name: {"kind": kind, "unit": unit, "digest": _digest(token).hex()}}
    write_private(path, json.dumps(known, indent=1, sort_keys=True))
    return token


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _entry(name: str, row: Mapping[str, str]) -> tuple[Integration, bytes]:
    return Integration(name, Origin(row["kind"]), UnitId(row["unit"])), bytes.fromhex(row["digest"])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()  # 256 random bits: no key and no salt are needed
