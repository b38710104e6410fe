"""Every contract of the store is proved in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hecha.edges.store.keys import Keys, fresh_keys
from hecha.edges.store.store import Store
from tests.postgres import postgres_server, postgres_url  # noqa: F401


@pytest.fixture
def keys() -> Keys:
    return fresh_keys()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path / 'hecha.db'}"


@pytest.fixture
def store(url: str, keys: Keys) -> Iterator[Store]:
    opened = Store(url, keys)
    yield opened
    opened.close()
