"""One small province for all stories of a test session; each story leaves it mended."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.entrances.province import Province


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    with Province(tmp_path_factory.mktemp("province")) as province:
        yield province


@pytest.fixture
def province(running: Province) -> Iterator[Province]:
    yield running
    running.mend_all()


_turn = count()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> Callable[[], str]:
    """A new idempotency key at each call."""
    return lambda: f"{request.node.name[:60].encode('ascii', 'replace').decode().replace(' ', '_')}-{next(_turn)}"
