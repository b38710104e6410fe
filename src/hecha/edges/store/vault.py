"""The vault (保险库): the only place where citizens lie. Token -> AES-256-GCM, a data key per institution and month.

The data keys are wrapped by the envelope key, which is a file outside the database. Every opening is a fact in the
same transaction, so what cannot be recorded cannot be read. Deleting a month's key shreds that month, backups included.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, delete, insert, select

from hecha.edges.store.keys import Keys
from hecha.edges.store.tables import vault, vault_index, vault_keys
from hecha.edges.store.writer import Tx
from hecha.kernel.errors import NotThere, Unavailable
from hecha.kernel.facts import Fact

NONCE_BYTES = 12
TOKEN_BYTES = 16
Fields = dict[str, Any]
_KEY = select(vault_keys.c.wrapped).where(
    vault_keys.c.institution == bindparam("of"), vault_keys.c.month == bindparam("in")
)


class Vault:
    """Seals, opens, finds and erases. All writing runs in a `Tx`."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(
        self, tx: Tx, institution: str, at: datetime, fields: Mapping[str, Any], index: Mapping[str, str] | None = None
    ) -> str:
        """Encrypt `fields` and return their token; `index` (field -> value) makes them findable by equality."""
        token, month = secrets.token_urlsafe(TOKEN_BYTES), at.strftime("%Y-%m")
        key = self._data_key(tx.connection, institution, month) or self._new_key(tx, institution, month)
        plain = json.dumps(dict(fields), ensure_ascii=False).encode()
        row = {"token": token, "institution": institution, "month": month}
        tx.connection.execute(insert(vault), row | {"sealed": _seal(key, plain, _bind(**row))})
        digests = [{"digest": self.blind(institution, f, v), "token": token} for f, v in (index or {}).items()]
        if digests:
            tx.connection.execute(insert(vault_index), digests)
        return token

    def open(self, tx: Tx, token: str, purpose: str, by: str, at: datetime) -> Fields:
        """The fields behind a token. Records `vault:item:opened`. Raises NotThere when it was erased."""
        found = self.open_many(tx, [token], purpose, by, at)
        if token not in found:
            raise NotThere("资料已按期删除，或没有此项 (erased, or never there)")
        return found[token]

    def open_many(self, tx: Tx, tokens: Iterable[str], purpose: str, by: str, at: datetime) -> dict[str, Fields]:
        """Several at once, with one fact for all. Erased ones are missing from the answer."""
        wanted = sorted(set(tokens))
        rows = tx.connection.execute(select(vault).where(vault.c.token.in_(wanted))).all()
        keys = {(r.institution, r.month): self._data_key(tx.connection, r.institution, r.month) for r in rows}
        opened = {r.token: _fields(key, r) for r in rows if (key := keys[r.institution, r.month])}
        about = wanted[0] if len(wanted) == 1 else f"{len(wanted)} items"
        data = {"purpose": purpose, "tokens": wanted, "opened": len(opened)}
        tx.record(Fact("vault:item:opened", about, at, by=by, data=data))
        return opened

    def find(self, connection: Connection, institution: str, field: str, value: str) -> list[str]:
        """Tokens whose indexed field equals a value, within one institution."""
        digest = self.blind(institution, field, value)
        query = select(vault_index.c.token).where(vault_index.c.digest == digest)  # ok: a column
        return list(connection.execute(query).scalars())

    def erase(self, tx: Tx, token: str, by: str, at: datetime, reason: str) -> None:
        """Delete one item and its index."""
        tx.connection.execute(delete(vault_index).where(vault_index.c.token == token))  # ok: a column
        tx.connection.execute(delete(vault).where(vault.c.token == token))  # ok: a column
        tx.record(Fact("vault:item:erased", token, at, by=by, data={"reason": reason}))

    def shred(self, tx: Tx, institution: str, month: str, by: str, at: datetime) -> None:
        """Delete the key of one institution's month (`2026-03`): nothing sealed under it can be read again."""
        gone = select(vault.c.token).where(vault.c.institution == institution, vault.c.month == month)
        tx.connection.execute(delete(vault_index).where(vault_index.c.token.in_(gone)))
        for table in (vault, vault_keys):
            tx.connection.execute(delete(table).where(table.c.institution == institution, table.c.month == month))
        tx.record(Fact("vault:month:shredded", f"{institution}:{month}", at, by=by))

    def blind(self, institution: str, field: str, value: str) -> bytes:
        """The keyed digest of one field's value: equal values meet, nobody without the key can try numbers."""
        normal = unicodedata.normalize("NFKC", value).strip().upper()
        text = "\x1f".join((institution, field, normal))
        return hmac.new(self._keys.index, text.encode(), hashlib.sha256).digest()

    def fingerprint(self, payload: bytes) -> bytes:
        """A keyed digest of a request, to tell a resend from another payload under the same key."""
        return hmac.new(self._keys.index, b"payload\x1f" + payload, hashlib.sha256).digest()

    def _data_key(self, connection: Connection, institution: str, month: str) -> bytes | None:
        wrapped = connection.execute(_KEY, {"of": institution, "in": month}).scalar()
        return None if wrapped is None else _open(self._keys.envelope, wrapped, _bind("key", institution, month))

    def _new_key(self, tx: Tx, institution: str, month: str) -> bytes:
        key = AESGCM.generate_key(256)
        wrapped = _seal(self._keys.envelope, key, _bind("key", institution, month))
        tx.connection.execute(insert(vault_keys), {"institution": institution, "month": month, "wrapped": wrapped})
        return key


def _fields(key: bytes, row: Any) -> Fields:
    fields: Fields = json.loads(_open(key, row.sealed, _bind(row.token, row.institution, row.month)))
    return fields


def _bind(token: str, institution: str, month: str) -> bytes:
    """What a ciphertext belongs to, so that none can be moved to another row."""
    return "\x1f".join((token, institution, month)).encode()


def _seal(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)  # random: a restored backup can never repeat a counter
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except InvalidTag:
        raise Unavailable("保险库", "密文与密钥不符，请核对 keys 目录 (wrong key, or the data was changed)") from None
