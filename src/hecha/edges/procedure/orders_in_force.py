"""The orders in force, kept before the watch's picture: from the moment one takes effect, counters follow it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from hecha.command.order import Order, Phase
from hecha.edges.procedure.bookkeeping import decoded
from hecha.edges.procedure.tables import lives
from hecha.edges.store.store import Store
from hecha.flow.command.lives import ORDER
from hecha.flow.command.scope import in_force
from hecha.kernel.errors import HechaError

ORDERS_MAX = 500
_log = logging.getLogger(__name__)
_PUBLISHED = (
    sa.select(lives.c.id, lives.c.body)
    .where(lives.c.kind == ORDER.kind, lives.c.closed_at.is_(None), lives.c.phase == Phase.PUBLISHED.value)
    .order_by(lives.c.opened_at.desc())
    .limit(ORDERS_MAX)
)


class OrdersInForce:
    """`follow` is called after each transaction of the procedure, and once at the start. `show` takes them."""

    def __init__(self, store: Store, show: Callable[[Mapping[str, Any] | None], None]) -> None:
        self._store, self._show = store, show
        self._known: dict[str, tuple[str, Order]] = {}  # what a row said, and what it means

    def follow(self) -> None:
        """Read them again; only rows that have changed are decoded. While the store is away the known ones stand."""
        try:
            with self._store.read() as connection:
                rows = connection.execute(_PUBLISHED).all()
        except HechaError as error:
            _log.error("the orders in force could not be read: %s", type(error).__name__)
            return
        self._known = {id: self._meaning(id, body) for id, body in rows}
        self._show(in_force(order for _, order in self._known.values()))

    def _meaning(self, id: str, body: str) -> tuple[str, Order]:
        known = self._known.get(id)
        return known if known is not None and known[0] == body else (body, decoded(ORDER, body))
