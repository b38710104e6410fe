"""Guessing passwords: many guesses at once are no way around the limit."""

import asyncio
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hecha.edges.clock import MovableClock
from hecha.edges.store.accounts import ADDRESS_FAILURES_MAX, FAILURES_MAX, HASHING_AT_ONCE, Accounts
from hecha.edges.store.keys import Keys
from hecha.edges.store.store import Store
from hecha.kernel.errors import Refused
from hecha.kernel.ids import UnitId
from hecha.organization.principal import Principal, Role
from tests.store.test_store import NOON


def test_guesses_made_at_once_are_counted_like_others(tmp_path: Path, keys: Keys) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", keys)

    async def guess() -> list[object]:
        accounts = Accounts(store, MovableClock(NOON), PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        tries = [accounts.sign_in("leader", f"guess {n}", "127.0.0.1") for n in range(40)]
        return list(await asyncio.gather(*tries, return_exceptions=True))

    try:
        said = asyncio.run(guess())
    finally:
        store.close()
    assert said.count(None) <= FAILURES_MAX + HASHING_AT_ONCE
    assert all(one is None or isinstance(one, Refused) for one in said)


def test_ones_wrong_passwords_lock_out_no_colleague_behind_the_same_address(tmp_path: Path, keys: Keys) -> None:
    store = Store(f"sqlite:///{tmp_path / 'hecha.db'}", keys)

    async def tell() -> None:
        accounts = Accounts(store, MovableClock(NOON), PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        leader = Principal("leader", "组长", Role.LEADER, UnitId("pbc/33"))
        await accounts.create([("leader", "right", leader)])
        for _ in range(FAILURES_MAX):
            assert await accounts.sign_in("clerk", "wrong", "10.0.0.1") is None
        with pytest.raises(Refused):
            await accounts.sign_in("clerk", "wrong", "10.0.0.1")
        assert await accounts.sign_in("leader", "right", "10.0.0.1") is not None
        for n in range(ADDRESS_FAILURES_MAX - FAILURES_MAX):
            assert await accounts.sign_in(f"nobody{n}", "wrong", "10.0.0.1") is None
        with pytest.raises(Refused):
            await accounts.sign_in("leader", "right", "10.0.0.1")
        assert await accounts.sign_in("leader", "right", "10.0.0.2") is not None

    try:
        asyncio.run(tell())
    finally:
        store.close()
