"""Guessing passwords: many guesses at once are no way around the limit."""

import asyncio
from pathlib import Path

from argon2 import PasswordHasher

from hecha.edges.clock import MovableClock
from hecha.edges.store.accounts import FAILURES_MAX, HASHING_AT_ONCE, Accounts
from hecha.edges.store.keys import Keys
from hecha.edges.store.store import Store
from hecha.kernel.errors import Refused
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
