"""One town for the tests of a module that only read it."""

from collections.abc import Iterator

import pytest

from tests.console import demo
from tests.console.town import Town


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    place = Town()
    place.shows(demo.troubled())
    yield place
    place.close()
