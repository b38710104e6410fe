"""Following (跟随): which outlets share which standing, and how they go over from one to another.

Outlets whose own line and terminal are in order follow their *cell* (bank, county); cells with the same faults follow
one *standing* (shared state). An outlet with a fault of its own stands apart until it is equal to its cell again. A
fault of one outlet moves one standing; a shared fault moves a few standings and all their cells at once.
"""

from array import array
from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

import numpy as np

from hecha.kernel.ids import ComponentId, OutletId
from hecha.network.cells import CellIndex, Cells
from hecha.network.components import Components
from hecha.network.counters import CellMove, Counters
from hecha.network.layout import Sums
from hecha.network.model import Network
from hecha.network.outage import NEVER, Fault
from hecha.network.questions import Questions
from hecha.network.settling import Settler
from hecha.network.standing import Standing
from hecha.network.ways import Ways

HEAP_SLACK = 64  # entries that may be out of date before the heap is swept
PARTS_KEPT = 4096  # components of single outlets of which the place is remembered

OwnPart = tuple[OutletId, str, int]
"""Of a component of one outlet: the outlet, the template, the cell."""
ClassMove = tuple[int, int, int]
"""A standing's number, and the class of its followers before and after."""


class Following:
    """The faults, the standings that follow from them, and the counters of their classes."""

    def __init__(self, network: Network, now: int, latch_minutes: int | None) -> None:
        self.network = network
        self.now = now
        self.latch_minutes = latch_minutes
        self.index = CellIndex(network)
        self.components = Components(network)
        self.ways = Ways(network)
        self.faults: dict[ComponentId, Fault] = {}
        self._own_parts: dict[str, OwnPart] = {}
        self._reached: dict[str, tuple[str, Cells]] = {}
        self._common_due = self._standing_due = NEVER
        self._heap: list[tuple[int, OutletId]] = []
        self._apart: dict[OutletId, Standing] = {}
        self._questions = Questions(self.index, (), ())
        self._settler = Settler(self.ways, self._questions, latch_minutes)
        self.counters = Counters(self._questions)
        self._commons = self.ways.evaluate(self.faults, now)
        self._standings = {shape: Standing(shape, {}, True) for shape in sorted(set(self.index.shape))}
        self._standing_of = array("i", self.index.shape)  # of each cell; for single look-ups
        self._standing_array = np.frombuffer(self._standing_of, dtype=np.intc)  # the same memory, for many at once
        self._sums: dict[int, Sums] = {}
        self._recount()

    def _fork_following(self, twin: "Following") -> None:
        """Give a twin its own copy of what changes."""
        twin.faults = self.faults.copy()
        twin._heap = self._heap.copy()
        twin._apart = {outlet: one.fork() for outlet, one in self._apart.items()}
        twin._standings = {number: one.fork() for number, one in self._standings.items()}
        twin._standing_of = self._standing_of[:]
        twin._standing_array = np.frombuffer(twin._standing_of, dtype=np.intc)
        twin._sums = self._sums.copy()
        twin.counters = self.counters.fork()

    # --- one outlet ------------------------------------------------------------------------------------------------

    def _own_part(self, component: str) -> OwnPart | None:
        """Whose own a component is; None when it is not one outlet's alone."""
        if component in self._reached:
            return None
        if (found := self.ways.own_part(component)) is not None:
            outlet, template = found[0].id, found[1]
        else:
            place = self.components.place(component)
            if place is None or "outlet" not in place.binding:
                return None
            outlet, template = OutletId(place.binding["outlet"]), place.template
        if len(self._own_parts) >= PARTS_KEPT:
            self._own_parts.clear()
        part = outlet, template, self.index.cell_of(outlet)
        self._own_parts[component] = part
        return part

    def _outlet_fails(self, part: OwnPart, component: ComponentId) -> None:
        """A fault of one outlet begins or changes."""
        outlet, template, cell = part
        one = self._apart.get(outlet)
        if one is None:
            shared = self._standings[self._standing_of[cell]]
            one = Standing(shared.shape, shared.local, shared.near, shared.latches)
            one.cell, one.cls = cell, shared.cls
            self._apart[outlet] = one
        one.own[template] = component
        self._resettle_apart(outlet, one)

    def _outlet_mended(self, part: OwnPart) -> None:
        """A fault of one outlet ends."""
        outlet, template, cell = part
        one = self._apart[outlet]
        del one.own[template]
        if one.own or self.latch_minutes is not None:
            self._resettle_apart(outlet, one)
            return
        shared = self._standings[self._standing_of[cell]]
        if one.cls != shared.cls:
            self.counters.move(cell, one.cls, shared.cls)
        del self._apart[outlet]

    def _resettle_apart(self, outlet: OutletId, one: Standing, count: bool = True) -> None:
        """Settle an outlet's own standing anew; when it is equal to its cell's, the outlet follows that again."""
        shared = self._standings[self._standing_of[one.cell]]
        one.local = {**shared.local, **one.own} if shared.local else one.own
        one.near = shared.near and self.ways.own_near[one.shape]
        old = one.cls
        self._settler.settle(one, self._commons[one.shape], self.faults, self.now)
        if one.cls != old and count:
            self.counters.move(one.cell, old, one.cls)
        if not one.own and one.latches == shared.latches:
            del self._apart[outlet]
        elif one.due != one.queued and one.due != NEVER:
            self._queue(outlet, one)

    def _queue(self, outlet: OutletId, one: Standing) -> None:
        """Remember when it is due. Entries that no longer hold are passed over, and swept when they are many."""
        one.queued = one.due
        heappush(self._heap, (one.due, outlet))
        if len(self._heap) > 2 * len(self._apart) + HEAP_SLACK:
            self._heap = [(other.due, name) for name, other in self._apart.items() if other.due < NEVER]
            for _, name in self._heap:
                self._apart[name].queued = self._apart[name].due
            heapify(self._heap)

    # --- many outlets ------------------------------------------------------------------------------------------------

    def _common_event(self) -> None:
        """A component that all share begins, changes or ends."""
        before = self._commons
        self._commons = self.ways.evaluate(self.faults, self.now)
        self._common_due = self.ways.common_kink(self.faults, self.now)
        changed = {shape for shape in range(len(before)) if before[shape] != self._commons[shape]}
        if not changed:
            return
        moves = [self._resettle(number) for number, one in self._standings.items() if one.shape in changed]
        self._move_followers(moves, [item for item in self._apart.items() if item[1].shape in changed])

    def _shared_event(self, component: ComponentId, failed: bool) -> None:
        """A component of many outlets begins, changes or ends. Raises BadInput when there is no such component."""
        if component not in self._reached:
            place = self.components.needed(component)
            cells = self.index.cells_of(place.binding) if place.binding else np.arange(0)
            self._reached[component] = place.template, cells
        template, cells = self._reached[component]
        if template == component:
            self._common_event()
        elif len(cells):
            self._cells_event(template, component, cells, failed)

    def _cells_event(self, template: str, component: ComponentId, cells: Cells, failed: bool) -> None:
        """A component of an area or a bank begins, changes or ends: its cells go over to other standings."""
        numbers, moves = self._standing_array[cells], []
        for number in sorted(set(numbers.tolist())):
            shared = self._standings[number]
            if template not in self.ways.templates[shared.shape]:
                continue
            local = dict(shared.local)
            if failed:
                local[template] = component
            else:
                local.pop(template, None)
            moves.append(self._go_over(number, cells[numbers == number], local))
        reached = set(cells.tolist())
        self._move_followers(moves, [item for item in self._apart.items() if item[1].cell in reached])

    def _go_over(self, number: int, cells: Cells, local: dict[str, ComponentId]) -> ClassMove:
        """Some cells of a standing get other faults; or the same with another begin or end."""
        source = self._standings[number]
        if local == source.local:
            return self._resettle(number)
        near = local.keys() <= self.ways.near[source.shape]
        target = Standing(source.shape, local, near, source.latches)
        self._settle(target)
        free = next(spare for spare in range(len(self._standings) + 1) if spare not in self._standings)
        self._standings[free] = target
        self._sums[free] = self._questions.layout.sums(cells)
        self._sums[number] = self._sums[number] - self._sums[free]
        self._standing_array[cells] = free
        return free, source.cls, target.cls

    def _settle(self, one: Standing) -> None:
        self._settler.settle(one, self._commons[one.shape], self.faults, self.now)

    def _resettle(self, number: int) -> ClassMove:
        """Settle a standing anew, with the cells that follow it."""
        one = self._standings[number]
        old = one.cls
        self._settle(one)
        return number, old, one.cls

    def _move_followers(self, moves: list[ClassMove], apart: Iterable[tuple[OutletId, Standing]]) -> None:
        """Settle these outlets apart anew, and count all that follow these standings in their new classes."""
        changes = {number: (old, new) for number, old, new in moves if old != new}
        # the sums hold all outlets of a cell: one that is apart moves by itself, and moves back what they move
        single = self._moved_back(changes) if changes else []
        for outlet, one in list(apart):
            old = one.cls
            self._resettle_apart(outlet, one, count=False)
            if one.cls != old:
                single.append((one.cell, old, one.cls))
        if changes or single:
            self.counters.move_many([(self._sums[number], *change) for number, change in changes.items()], single)
        self._merge()

    def _moved_back(self, changes: Mapping[int, tuple[int, int]]) -> list[CellMove]:
        standing_of = self._standing_of
        cells = ((one.cell, changes.get(standing_of[one.cell])) for one in self._apart.values())
        return [(cell, change[1], change[0]) for cell, change in cells if change is not None]

    def _merge(self) -> None:
        """Standings that have become equal join, those that nobody follows go."""
        followed = set(np.flatnonzero(np.bincount(self._standing_array)).tolist())
        first: dict[object, int] = {}
        for number in sorted(self._standings):
            key = self._standings[number].key()
            if number in followed and key not in first:
                first[key] = number
                continue
            if number in followed:
                self._standing_array[self._standing_array == number] = first[key]
                self._sums[first[key]] = self._sums[first[key]] + self._sums[number]
            del self._standings[number], self._sums[number]
        self._standing_due = min((one.due for one in self._standings.values()), default=NEVER)

    # --- time, and counting anew -----------------------------------------------------------------------------------

    def _pass_outages(self) -> None:
        """Whatever of the outages is due now."""
        now = self.now
        if self._common_due <= now:
            self._common_event()
        if self._standing_due <= now:
            self._move_followers(
                [self._resettle(number) for number, one in self._standings.items() if one.due <= now], ()
            )
        while self._heap and self._heap[0][0] <= now:
            due, outlet = heappop(self._heap)
            one = self._apart.get(outlet)
            if one is not None and one.due == due:
                one.queued = NEVER
                self._resettle_apart(outlet, one)

    def _recount(self) -> None:
        """Count everything from nothing: at the start, and when new sentences bring new thresholds."""
        self.counters, self._heap = Counters(self._questions), []
        for number, one in self._standings.items():
            self._settle(one)
            self._sums[number] = self._questions.layout.sums(np.flatnonzero(self._standing_array == number))
        self.counters.move_many([(self._sums[number], -1, one.cls) for number, one in self._standings.items()])
        for outlet, one in self._apart.items():
            self._settle(one)
            self.counters.move(one.cell, self._standings[self._standing_of[one.cell]].cls, one.cls)
            one.queued = NEVER
            if one.due != NEVER:
                self._queue(outlet, one)
        self._standing_due = min((one.due for one in self._standings.values()), default=NEVER)
