"""For every test: whatever is told to people has a title in both languages."""

import logging
from collections.abc import Iterator

import pytest

from hecha.edges.notify.outbox import UNTITLED


class _Listener(logging.Handler):
    """Keeps the words that have no title."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == UNTITLED and isinstance(record.args, tuple):
            self.heard.add(str(record.args[0]))


@pytest.fixture(autouse=True)
def every_notice_has_a_title() -> Iterator[set[str]]:
    """Fails a test in which a notice was put whose `what` stands in no table: add it to edges/notify/words.py."""
    listener, log = _Listener(), logging.getLogger("hecha.edges.notify.outbox")
    log.addHandler(listener)
    yield listener.heard
    log.removeHandler(listener)
    assert listener.heard == set(), "add these to TITLES in src/hecha/edges/notify/words.py"
