"""An acknowledged notice as the receipt of an order, a report or a warning, in the same transaction."""

from collections.abc import Callable

from hecha.edges.procedure.registry import Registry
from hecha.edges.store.writer import Tx
from hecha.flow.noted import Noted, follows


def receipts(registry: Registry) -> Callable[[Tx, Noted], None]:
    """What the notices' desk calls when somebody has taken note (`NoticeDesk.follow`)."""

    def follow(tx: Tx, noted: Noted) -> None:
        act = follows(noted)
        if act is not None:
            registry.do(tx, act)

    return follow
