"""The outbox on every kind of database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from tests.postgres import postgres_server, postgres_url  # noqa: F401


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    urls = {"memory": "sqlite://", "sqlite": f"sqlite:///{tmp_path / 'hecha.db'}"}
    url = urls.get(request.param) or str(request.getfixturevalue("postgres_url"))
    opened = Store(url, fresh_keys())
    yield opened
    opened.close()


@pytest.fixture
def small_store() -> Iterator[Store]:
    """In memory only, for rules that do not touch the database."""
    opened = Store("sqlite://", fresh_keys())
    yield opened
    opened.close()
