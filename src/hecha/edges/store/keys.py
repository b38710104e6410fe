"""Keys that never lie in the database: one envelope key, one key for the blind index. Files of mode 0600."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from hecha.kernel.errors import Unavailable

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """`envelope` wraps the vault's data keys, `index` is the HMAC key of the blind index (盲索引)."""

    envelope: bytes = field(repr=False)
    index: bytes = field(repr=False)


def load_keys(folder: Path, sealed: bool = False) -> Keys:
    """Read `vault.key` and `index.key` in `folder`, creating each once. Raises Unavailable for a damaged file.

    `sealed`: something is sealed already, so a missing key is lost, and a new one would hide that."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    missing = [name for name in ("vault.key", "index.key") if sealed and not (folder / name).exists()]
    if missing:
        raise Unavailable(f"密钥文件 {missing[0]}", "the database is there but its key is not: restore the sealed copy")
    return Keys(_key(folder / "vault.key"), _key(folder / "index.key"))


def fresh_keys() -> Keys:
    """Keys for a store that lives in memory only."""
    return Keys(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))


def _key(path: Path) -> bytes:
    if not path.exists():
        _create(path, secrets.token_hex(KEY_BYTES))
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise Unavailable(f"密钥文件 {path.name}", "key file is damaged: restore it from the sealed copy")
    return key


def _create(path: Path, text: str) -> None:
    """Whole or not at all: a temporary file, fsync, then a link that never replaces another's key."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, path)
    except FileExistsError:  # another process was first; its key is the key
        return
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
