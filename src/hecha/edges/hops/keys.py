"""Keys of the sandbox: one root secret in `home/keys`, all others derived; month keys of journals lie in files
of their own, so that dropping the file erases the month."""

import os
import secrets
from hmac import digest
from pathlib import Path

KEY_BYTES = 32


def root_secret(home: Path) -> bytes:
    """The installation's secret, created once; safe when several processes start together."""
    return _made_once(home / "keys" / "root.key")


def derived(root: bytes, purpose: str) -> str:
    """Hex key for one purpose (`pair:front-a>channel/production`, `institution:<bank>`, `fault`)."""
    return digest(root, purpose.encode(), "sha256").hex()


def month_key(folder: Path, hop: str, month: str) -> bytes:
    """The key of a hop's journal for a month (`2026-03`), created when first needed."""
    return _made_once(_month_file(folder, hop, month))


def known_month_key(folder: Path, hop: str, month: str) -> bytes | None:
    """The same, never created: `None` when the month was purged."""
    file = _month_file(folder, hop, month)
    return file.read_bytes() if file.exists() else None


def drop_month_key(folder: Path, hop: str, month: str) -> None:
    """Purge a month: without its key the blocks are noise."""
    _month_file(folder, hop, month).unlink(missing_ok=True)
    _sync_folder(folder / "journal" / hop)


def index_key(folder: Path, hop: str) -> bytes:
    """The key of a journal's blind index (盲索引)."""
    return _made_once(folder / "journal" / hop / "index.key")


def _month_file(folder: Path, hop: str, month: str) -> Path:
    return folder / "journal" / hop / f"{month}.key"


def _made_once(file: Path) -> bytes:
    """Read it; if absent, write a complete temporary file and link it in place: the first linker wins."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        _write_synced(own, secrets.token_bytes(KEY_BYTES))
        try:
            os.link(own, file)
        except FileExistsError:
            pass  # another process was first; its key is the one
        finally:
            own.unlink()
        _sync_folder(file.parent)
    return file.read_bytes()


def _write_synced(file: Path, content: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    if not folder.is_dir():
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
