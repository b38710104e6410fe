"""The vault: what goes in comes out for those who say why, is findable only with the key, and can be erased."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hecha.edges.store import ledger
from hecha.edges.store.keys import Keys, fresh_keys
from hecha.edges.store.store import Store
from hecha.edges.store.tables import vault as vault_table
from hecha.edges.store.tables import vault_index
from hecha.edges.store.vault import Vault
from hecha.kernel.errors import NotThere, Unavailable

MARCH = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 2, 4, 0, tzinfo=UTC)
WHO = {"name": "金丝雀测试甲", "number": "330302199001011237"}


@pytest.fixture
def vault(keys: Keys) -> Vault:
    return Vault(keys)


def seal(store: Store, vault: Vault, bank: str = "bank/X", at: datetime = MARCH, who: dict[str, str] = WHO) -> str:
    return store.submit(lambda tx: vault.seal(tx, bank, at, who, {"number": who["number"]})).result(10)


def open_(store: Store, vault: Vault, token: str) -> dict[str, str]:
    return store.submit(lambda tx: vault.open(tx, token, "slip", "clerk", MARCH)).result(10)


def test_what_goes_in_comes_out(store: Store, vault: Vault) -> None:
    assert open_(store, vault, seal(store, vault)) == WHO


def test_each_opening_is_a_fact(store: Store, vault: Vault) -> None:
    token = seal(store, vault)
    open_(store, vault, token)
    with store.read() as connection:
        (opened,) = ledger.read(connection, kind="vault:item:opened")
    assert (opened.fact.subject, opened.fact.by, opened.fact.data["purpose"]) == (token, "clerk", "slip")


def test_a_chunk_is_one_fact(store: Store, vault: Vault) -> None:
    tokens = [seal(store, vault) for _ in range(5)]
    opened = store.submit(lambda tx: vault.open_many(tx, tokens, "back-verification", "drain", MARCH)).result(10)
    assert set(opened) == set(tokens)
    with store.read() as connection:
        (fact,) = ledger.read(connection, kind="vault:item:opened")
    assert fact.fact.data["opened"] == 5


def test_found_by_its_number_within_one_institution_only(store: Store, vault: Vault) -> None:
    token = seal(store, vault)
    seal(store, vault, bank="bank/Y")
    with store.read() as connection:
        assert vault.find(connection, "bank/X", "number", WHO["number"].lower()) == [token]
        assert vault.find(connection, "bank/X", "name", WHO["number"]) == []


def test_the_index_says_nothing_without_its_key(store: Store, vault: Vault) -> None:
    seal(store, vault)
    with store.read() as connection:
        assert Vault(fresh_keys()).find(connection, "bank/X", "number", WHO["number"]) == []


def test_without_the_envelope_key_nothing_opens(store: Store, vault: Vault) -> None:
    token = seal(store, vault)
    with pytest.raises(Unavailable, match="wrong key"):
        open_(store, Vault(fresh_keys()), token)


def test_a_ciphertext_cannot_be_moved_to_another_row(store: Store, vault: Vault) -> None:
    first, second = seal(store, vault), seal(store, vault, who=WHO | {"name": "另一人"})

    def move(tx) -> None:
        sealed = tx.connection.execute(select(vault_table.c.sealed).where(vault_table.c.token == second)).scalar_one()
        tx.connection.execute(vault_table.update().where(vault_table.c.token == first).values(sealed=sealed))

    store.submit(move).result(10)
    with pytest.raises(Unavailable):
        open_(store, vault, first)


def test_erasing_one_takes_its_index_too(store: Store, vault: Vault) -> None:
    token = seal(store, vault)
    store.submit(lambda tx: vault.erase(tx, token, "auditor", MARCH, "period over")).result(10)
    with pytest.raises(NotThere):
        open_(store, vault, token)
    with store.read() as connection:
        assert connection.execute(select(vault_index)).all() == []
        assert [one.fact.kind for one in ledger.read(connection)] == ["vault:item:erased"]


def test_shredding_a_month_leaves_the_others(store: Store, vault: Vault) -> None:
    march, april = seal(store, vault), seal(store, vault, at=APRIL)
    store.submit(lambda tx: vault.shred(tx, "bank/X", "2026-03", "auditor", APRIL)).result(10)
    assert open_(store, vault, april) == WHO
    with pytest.raises(NotThere):
        open_(store, vault, march)


def test_nothing_readable_lies_on_the_disk(tmp_path: Path, keys: Keys) -> None:
    store, vault = Store(f"sqlite:///{tmp_path / 'hecha.db'}", keys), Vault(keys)
    open_(store, vault, seal(store, vault))
    found = [file.name for file in tmp_path.iterdir() for word in WHO.values() if word.encode() in file.read_bytes()]
    assert found == []
    store.close()
    assert not any(word.encode() in file.read_bytes() for file in tmp_path.iterdir() for word in WHO.values())
