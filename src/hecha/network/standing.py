"""A standing (状态): the faults and outages that some cells, or one outlet, have in common."""

from hecha.kernel.ids import ComponentId
from hecha.network.outage import NEVER, Outage

Latch = tuple[int, int | None]
"""When the outage began, and since when it has seemed over (None: it is not)."""
Latches = tuple[Latch | None, Latch | None]
UNLATCHED = (None, None)


class Standing:
    """`shape` is the access of its banks, `local` the broken local components by template.

    `near` says that each of these hits every mode alike; `own` are those of one outlet alone, `values` the outages of
    interface and non-interface, `cls` the class, `due` the next minute at which the class may change by itself,
    `queued` the one that the heap knows of, `cell` that of the one outlet."""

    __slots__ = ("cell", "cls", "due", "latches", "local", "near", "own", "queued", "shape", "values")

    def __init__(self, shape: int, local: dict[str, ComponentId], near: bool, latches: Latches = UNLATCHED) -> None:
        self.shape = shape
        self.local = local
        self.near = near
        self.latches = latches
        self.own: dict[str, ComponentId] = {}
        self.values: tuple[Outage | None, Outage | None] = (None, None)
        self.cell = self.cls = -1
        self.due = self.queued = NEVER

    def key(self) -> object:
        """Equal for standings that cannot be told apart."""
        return self.shape, tuple(sorted(self.local.items())), self.latches

    def fork(self) -> "Standing":
        """An independent copy."""
        own = self.own.copy()
        twin = Standing(self.shape, own if self.local is self.own else self.local, self.near, self.latches)
        twin.own, twin.values = own, self.values
        twin.cls, twin.due, twin.queued, twin.cell = self.cls, self.due, self.queued, self.cell
        return twin


def latched(value: Outage | None, latch: Latch | None, now: int, minutes: int) -> tuple[Outage | None, Latch | None]:
    """The outage as it counts, and the latch after it (readings, rule 7).

    An outage that follows a return of less than `minutes` is the same one. While a return is not confirmed, the
    outage stands with its length frozen at the return, neither open nor growing."""
    if value is not None:
        since = value[0] if latch is None else min(latch[0], value[0])
        return (since, value[1], value[2]), (since, None)
    if latch is None:
        return None, None
    since, returned = latch
    returned = now if returned is None else returned
    if now - returned >= minutes:
        return None, None
    return (since, returned, False), (since, returned)
