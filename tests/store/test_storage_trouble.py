"""What lies on the disk is damaged, full or gone: said in one sentence, never hidden, healed where it can be."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from hecha.edges.store.keys import Keys, fresh_keys, load_keys
from hecha.edges.store.store import Store
from hecha.edges.store.tables import facts
from hecha.kernel.errors import Unavailable
from hecha.kernel.facts import Fact
from tests.store.test_store import NOON


def test_a_file_that_is_no_database_is_named(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "hecha.db"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(Unavailable, match="SQLITE_NOTADB"):
        Store(f"sqlite:///{path}", keys)
    with pytest.raises(Unavailable):  # and the lock has been let go
        Store(f"sqlite:///{path}", keys)


def read_all(url: str, keys: Keys) -> None:
    store = Store(url, keys)
    try:
        with store.read() as connection:
            connection.execute(select(facts)).all()
    finally:
        store.close()


def test_a_damaged_page_is_unavailable_and_no_internal_error(tmp_path: Path, keys: Keys) -> None:
    path = tmp_path / "hecha.db"
    Store(f"sqlite:///{path}", keys).close()
    content = bytearray(path.read_bytes())
    store = Store(f"sqlite:///{path}", keys)
    try:
        with store.read() as connection:
            root = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = 'facts'")).scalar_one()
            size = connection.execute(text("PRAGMA page_size")).scalar_one()
    finally:
        store.close()
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)
    with pytest.raises(Unavailable):
        read_all(f"sqlite:///{path}", keys)


def test_a_full_disk_fails_the_group_and_heals(tmp_path: Path, keys: Keys) -> None:
    """A database that may not grow stands for the disk: the same SQLITE_FULL."""

    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", keys)
    try:
        store.submit(lambda tx: tx.connection.execute(text("PRAGMA max_page_count = 1"))).result()
        big = Fact("test:item:done", "x", NOON, "t", data={"text": "x" * 2_000_000})
        with pytest.raises(Unavailable):
            store.submit(lambda tx: tx.record(big)).result()
        assert store.trouble == ""
        assert store.submit(lambda tx: tx.record(big)).result() == 1  # a new connection: there is room again
    finally:
        store.close()


@pytest.mark.parametrize("name", ["vault.key", "index.key"])
def test_a_lost_key_is_not_replaced_where_something_is_sealed(tmp_path: Path, name: str) -> None:
    load_keys(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(Unavailable, match=name):
        load_keys(tmp_path, sealed=True)
    assert not (tmp_path / name).exists()


def test_keys_are_made_for_a_new_database() -> None:
    assert len(fresh_keys().index) == 32
