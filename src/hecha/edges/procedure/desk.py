"""The desk of the procedure: what a signed-in person asks for is checked and done in one transaction.

    await desk.do(principal, asking_orders.received, name="O-E1-1")
    with desk.looking(principal) as asking: …            reads, as the same person

Who may do what is asked of the organisation as that transaction sees it.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hecha.edges.procedure.bookkeeping import StoredBook
from hecha.edges.procedure.procedure import Procedure
from hecha.edges.store.writer import Tx
from hecha.flow.command.asking import Asking
from hecha.flow.life import Act
from hecha.kernel.errors import BadInput
from hecha.organization.organization import Organization
from hecha.organization.principal import Principal

_NAME = re.compile(r"[A-Za-z0-9.+_-]{1,150}")


class ProcedureDesk:
    """`organization` gives who holds what, as a connection sees it."""

    def __init__(self, procedure: Procedure, organization: Callable[[sa.Connection], Organization]) -> None:
        self.procedure = procedure
        self._organization = organization

    async def do(self, principal: Principal, ask: Callable[..., Act], **given: Any) -> Any:
        """Ask, run, and answer the state after COMMIT. Raises what asking and deciding raise."""
        return await self.procedure.run(self.acting(principal, ask, **given))

    def acting(self, principal: Principal, ask: Callable[..., Act], **given: Any) -> Callable[[Tx], Any]:
        """The same as a closure for the writer."""
        if "name" in given:
            check_name(given["name"])

        def act(tx: Tx) -> Any:
            asked = ask(self._asking(principal, tx.connection), **given)
            return self.procedure.registry.do(tx, asked)[0]

        return act

    @contextmanager
    def looking(self, principal: Principal) -> Iterator[Asking]:
        """Look at the book as a person would ask of it; for reads only. Call it in a thread."""
        with self.procedure.store.read() as connection:
            yield self._asking(principal, connection)

    def _asking(self, principal: Principal, connection: sa.Connection) -> Asking:
        book = StoredBook(connection, self.procedure.ground)
        return Asking(principal, self._organization(connection), book, self.procedure.clock())


def new_name(letter: str, now: datetime) -> str:
    """A name for something that a person begins: `D20260312101500-3f2a9c`. A form carries it, so that sending it
    twice begins it once."""
    return f"{letter}{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"


def check_name(name: str) -> None:
    """Raises BadInput for what is no name of ours."""
    if not _NAME.fullmatch(name):
        raise BadInput("name", "编号的写法不对 not a name of ours", "请从页面重新提交 send it from the page again")
