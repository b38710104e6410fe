"""Availability (可用性): what works where, now, kept incrementally. One mutable object with one owner.

    availability = Availability(network, now)              # minutes; latch_minutes=30 in live use
    bits = availability.ask([Asked(sentence), …])          # any number of plans and readings, each sentence a bit
    availability.fail("front/a", since=now)                # until=… when a recovery is estimated
    availability.estimate("front/a", until)                # or revise it; None takes it back
    availability.restore("front/a")
    availability.data_error("3303", since, accuracy=0.43)  # or missing=True; disturbs=True
    availability.clear("3303")
    availability.flag("staff_shortage")                    # and flag(name, on=False)
    availability.advance(now)                              # time only goes forward
    availability.word & bits[0]                            # does the sentence hold now?
    availability.outage("outlet-id", mode)                 # (since, until, open) or None; mode None = both
    twin = availability.fork()                             # what-if and horizon: an independent copy

How it stays fast. Outlets whose own line and terminal are in order follow their *cell* (bank, county); cells with
the same faults follow one *standing* (shared state). An outlet with a fault of its own stands apart until it is equal
to its cell again. A fault of one outlet moves one standing; a shared fault moves a few standings and all their
cells at once. Each standing knows when its class changes next, so passing time costs nothing in between.

Latches (live only, `latch_minutes`): an outage of one mode that returns keeps its first begin while it has not been
normal for so many minutes; meanwhile it stands with its length frozen. Rolling faults keep their first begin too.
"""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, OutletId
from hecha.network.branches import Branches
from hecha.network.cells import CellIndex, Cells
from hecha.network.components import Components
from hecha.network.counters import Counters, Move
from hecha.network.data_quality import DataError, data_bits, data_kink
from hecha.network.model import AreaKind, Network
from hecha.network.outage import NEVER, Fault, Outage
from hecha.network.questions import Asked, Questions, TallySpec
from hecha.network.settling import Settler
from hecha.network.standing import Standing
from hecha.network.ways import Ways

HEAP_SLACK = 64  # entries that may be out of date before the heap is swept


class Availability:
    """See the module's first lines. `latch_minutes` None: no latches, as in a scenario."""

    def __init__(self, network: Network, now: int, latch_minutes: int | None = None) -> None:
        self.network = network
        self.now = now
        self.latch_minutes = latch_minutes
        self.index = CellIndex(network)
        self.components = Components(network)
        self.ways = Ways(network)
        self.branches = Branches(network)
        self.faults: dict[ComponentId, Fault] = {}
        self.natures: dict[ComponentId, str] = {}
        self.data_errors: dict[AreaCode, DataError] = {}
        self.flags: set[str] = set()
        self._common_due = self._standing_due = self._data_due = NEVER
        self._heap: list[tuple[int, OutletId]] = []
        self._apart: dict[OutletId, Standing] = {}
        self._quiet = self.index.size.copy()
        self._questions = Questions(self.index, (), ())
        self._settler = Settler(self.ways, self._questions, latch_minutes)
        self._counters = Counters(self._questions)
        self._commons = self.ways.evaluate(self.faults, now)
        self._standings: dict[int, Standing] = {}
        self._standing_of = list(self.index.shape)
        self._standing_array = self.index.shape_array.astype(np.int32)
        for shape in sorted(set(self.index.shape)):
            self._standings[shape] = Standing(shape, {})
        self._recount()

    # --- questions -------------------------------------------------------------------------------------------------

    def ask(self, asked: Iterable[Asked], flags: Iterable[str] = ()) -> list[int]:
        """Add sentences, and flags; the answer is the bit of each sentence. Bits given before stay as they are."""
        before = self._questions
        new = list(asked)
        names = [*before.flags, *(name for name in dict.fromkeys(flags) if name not in before.flags)]
        self._questions = Questions(self.index, (*before.asked, *new), names)
        self._settler = Settler(self.ways, self._questions, self.latch_minutes)
        self._recount()
        first = len(before.asked)
        return [self._questions.bit(first + number) for number in range(len(new))]

    def flag_bit(self, name: str) -> int:
        """The bit of a flag that has been asked for."""
        return self._questions.flags[name]

    @property
    def word(self) -> int:
        """The fact word: bit n is set when sentence n holds now."""
        return self._counters.word

    def tally(self, bit: int) -> tuple[TallySpec, list[int]]:
        """What the sentence of a bit counts, and how many outlets of each group it counts now."""
        number = self._questions.tally_of[bit]
        return self._questions.tallies[number], self._counters.counts[number]

    # --- what happens ----------------------------------------------------------------------------------------------

    def fail(self, component: str, since: int, until: int | None = None, nature: str = "other") -> None:
        """A component is out since a minute; said again, the new statement replaces the old one.

        Raises BadInput for a component that this network does not have."""
        name = ComponentId(component)
        self.faults[name] = (since, until)
        try:
            self._reach(name, True)
        except BadInput:
            del self.faults[name]
            raise
        self.natures[name] = nature

    def restore(self, component: str) -> None:
        """It works again. Raises NotThere when it is not out."""
        name = ComponentId(component)
        if name not in self.faults:
            raise NotThere(f"{component} is not out")
        del self.faults[name]
        self.natures.pop(name, None)
        self._reach(name, False)

    def estimate(self, component: str, until: int | None) -> None:
        """When it is expected back; None takes an estimate back. Raises NotThere when it is not out."""
        name = ComponentId(component)
        if name not in self.faults:
            raise NotThere(f"{component} is not out")
        self.faults[name] = (self.faults[name][0], until)
        self._reach(name, True)

    def data_error(
        self,
        city: str,
        since: int,
        until: int | None = None,
        accuracy: float | None = None,
        missing: bool = False,
        disturbs: bool = False,
    ) -> None:
        """The records of a city's residents are wrong at the police source. Raises NotThere for an unknown city."""
        area = self.network.areas.get(AreaCode(city))
        if area is None or area.kind is not AreaKind.CITY:
            raise NotThere(f"no city {city} in this network")
        self.data_errors[area.code] = DataError((since, until), accuracy, missing, disturbs)
        self._retell_data()

    def clear(self, city: str) -> None:
        """A city's records are right again."""
        if self.data_errors.pop(AreaCode(city), None) is None:
            raise NotThere(f"no data error of {city}")
        self._retell_data()

    def flag(self, name: str, on: bool = True) -> None:
        """A group records a judgement (1.4.1(1), (2)), or takes it back."""
        if on:
            self.flags.add(name)
        else:
            self.flags.discard(name)
        if name in self._questions.flags:
            self._counters.put(self._questions.flags[name], on)

    def advance(self, now: int) -> None:
        """Time passes; every change on the way happens at its own minute. Raises ValueError for going back."""
        if now < self.now:
            raise ValueError("time only goes forward")
        while (due := self.next_due) <= now:
            self._pass(due)
        self.now = now

    @property
    def next_due(self) -> int:
        """The next minute at which something changes by itself (it may change no sentence); NEVER when nothing."""
        apart = self._heap[0][0] if self._heap else NEVER
        return min(self._common_due, self._standing_due, self._data_due, apart)

    def pass_next(self) -> int:
        """Advance to `next_due` and return it."""
        self._pass(self.next_due)
        return self.now

    # --- what is -----------------------------------------------------------------------------------------------------

    def outage(self, outlet: str, mode: Mode | None) -> Outage | None:
        """The outage of one outlet in a mode, or in both modes (None: it has a working mode left)."""
        standing = self.standing(OutletId(outlet))
        if mode is None:
            return self.ways.both(standing.shape, *standing.values)
        return standing.values[0] if mode is Mode.INTERFACE else standing.values[1]

    def standing(self, outlet: OutletId) -> Standing:
        """What decides the state of one outlet."""
        return self._apart.get(outlet) or self._standings[self._standing_of[self.index.cell_of(outlet)]]

    def cell_standing(self, bank: BankId, county: AreaCode) -> Standing:
        """What decides the state of the outlets of a cell that have no fault of their own."""
        return self._standings[self._standing_of[self.index.number[bank, county]]]

    @property
    def apart(self) -> dict[OutletId, Standing]:
        """The outlets that do not follow their cell (read only)."""
        return self._apart

    def class_of(self, outlet: OutletId) -> int:
        return self.standing(outlet).cls

    @property
    def questions(self) -> Questions:
        return self._questions

    # --- inside: who is reached --------------------------------------------------------------------------------------

    def _reach(self, component: ComponentId, failed: bool) -> None:
        own = self.ways.own_part(component)
        if own is not None:
            self._outlet_event(own[0].id, own[1], component, failed)
            return
        place = self.components.needed(component)
        if not place.binding:
            self._common_event()
        elif "outlet" in place.binding:
            self._outlet_event(OutletId(place.binding["outlet"]), place.template, component, failed)
        else:
            self._cells_event(place.template, component, self.index.cells_of(place.binding), failed)

    def _outlet_event(self, outlet: OutletId, template: str, component: ComponentId, failed: bool) -> None:
        """A fault of one outlet begins, changes or ends."""
        one = self._apart.get(outlet)
        if one is None:
            one = self._set_apart(outlet)
        if failed:
            one.own[template] = component
        else:
            one.own.pop(template, None)
        shared = self._standings[self._standing_of[one.cell]]
        if not one.own and self.latch_minutes is None:
            if one.cls != shared.cls:
                self._counters.move(one.cell, one.cls, shared.cls)
            self._rejoin(outlet, one)
            return
        one.local = {**shared.local, **one.own} if shared.local else one.own
        old = one.cls
        self._settle(one)
        if one.cls != old:
            self._counters.move(one.cell, old, one.cls)
        if one.own or one.latches != shared.latches:
            self._queue(outlet, one)
        else:
            self._rejoin(outlet, one)

    def _set_apart(self, outlet: OutletId) -> Standing:
        cell = self.index.cell_of(outlet)
        shared = self._standings[self._standing_of[cell]]
        one = Standing(shared.shape, shared.local)
        one.cell, one.cls, one.latches = cell, shared.cls, shared.latches
        self._apart[outlet] = one
        self._quiet[cell] -= 1
        return one

    def _rejoin(self, outlet: OutletId, one: Standing) -> None:
        del self._apart[outlet]
        self._quiet[one.cell] += 1

    def _queue(self, outlet: OutletId, one: Standing) -> None:
        """Remember when it is due. Entries that no longer hold are passed over, and swept when they are many."""
        if one.due == NEVER or one.due == one.queued:
            return
        one.queued = one.due
        heappush(self._heap, (one.due, outlet))
        if len(self._heap) > 2 * len(self._apart) + HEAP_SLACK:
            self._heap = [(other.due, name) for name, other in self._apart.items() if other.due < NEVER]
            for _, name in self._heap:
                self._apart[name].queued = self._apart[name].due
            heapify(self._heap)

    def _common_event(self) -> None:
        """A component that all share begins, changes or ends."""
        before = self._commons
        self._commons = self.ways.evaluate(self.faults, self.now)
        self._common_due = self.ways.common_kink(self.faults, self.now)
        changed = {shape for shape in range(len(before)) if before[shape] != self._commons[shape]}
        if not changed:
            return
        self._resettle([number for number, one in self._standings.items() if one.shape in changed])
        for outlet, one in list(self._apart.items()):
            if one.shape in changed:
                self._resettle_apart(outlet, one)

    def _cells_event(self, template: str, component: ComponentId, cells: Cells, failed: bool) -> None:
        """A component of an area or a bank begins, changes or ends: its cells go over to other standings."""
        if not len(cells):
            return
        numbers, moves = self._standing_array[cells], []
        for number in np.unique(numbers).tolist():
            shared = self._standings[number]
            if template not in self.ways.templates[shared.shape]:
                continue
            local = dict(shared.local)
            if failed:
                local[template] = component
            else:
                local.pop(template, None)
            moves.append(self._go_over(number, cells[numbers == number], local))
        self._counters.move_cells(moves)
        reached = set(cells.tolist())
        for outlet, one in list(self._apart.items()):
            if one.cell in reached:
                self._resettle_apart(outlet, one)
        self._merge()

    def _go_over(self, number: int, cells: Cells, local: dict[str, ComponentId]) -> Move:
        """Some cells of a standing get other faults."""
        source = self._standings[number]
        target = Standing(source.shape, local)
        target.latches = source.latches
        self._settle(target)
        free = next(spare for spare in range(len(self._standings) + 1) if spare not in self._standings)
        self._standings[free] = target
        self._assign(cells, free)
        return cells, self._quiet[cells], source.cls, target.cls

    def _assign(self, cells: Cells, number: int) -> None:
        self._standing_array[cells] = number
        for cell in cells.tolist():
            self._standing_of[cell] = number

    # --- inside: settling ------------------------------------------------------------------------------------------

    def _settle(self, one: Standing) -> None:
        self._settler.settle(one, self._commons[one.shape], self.faults, self.now)

    def _resettle(self, numbers: Sequence[int]) -> None:
        """Settle standings anew, with the cells that follow them."""
        moves = []
        for number in numbers:
            one = self._standings[number]
            old = one.cls
            self._settle(one)
            if one.cls != old:
                cells = np.flatnonzero(self._standing_array == number)
                moves.append((cells, self._quiet[cells], old, one.cls))
        self._counters.move_cells(moves)
        self._merge()

    def _resettle_apart(self, outlet: OutletId, one: Standing) -> None:
        shared = self._standings[self._standing_of[one.cell]]
        one.local = {**shared.local, **one.own} if shared.local else one.own
        old = one.cls
        self._settle(one)
        if one.cls != old:
            self._counters.move(one.cell, old, one.cls)
        if one.own or one.latches != shared.latches:
            self._queue(outlet, one)
        else:
            self._rejoin(outlet, one)

    def _merge(self) -> None:
        """Standings that have become equal join, those that nobody follows go."""
        followed = set(np.flatnonzero(np.bincount(self._standing_array)).tolist())
        first: dict[object, int] = {}
        for number in sorted(self._standings):
            if number not in followed:
                del self._standings[number]
                continue
            key = self._standings[number].key()
            if key not in first:
                first[key] = number
            else:
                self._assign(np.flatnonzero(self._standing_array == number), first[key])
                del self._standings[number]
        self._standing_due = min((one.due for one in self._standings.values()), default=NEVER)

    # --- inside: time and data ---------------------------------------------------------------------------------------

    def _pass(self, moment: int) -> None:
        """Everything that is due at one minute."""
        self.now = moment
        if self._common_due <= moment:
            self._common_event()
        if self._standing_due <= moment:
            self._resettle([number for number, one in self._standings.items() if one.due <= moment])
        while self._heap and self._heap[0][0] <= moment:
            due, outlet = heappop(self._heap)
            one = self._apart.get(outlet)
            if one is not None and one.due == due:
                one.queued = NEVER
                self._resettle_apart(outlet, one)
        if self._data_due <= moment:
            self._retell_data()

    def _retell_data(self) -> None:
        """The bits of sentences about data, anew: there are few cities, so nothing is counted incrementally."""
        questions = self._questions
        for number in questions.data:
            holds = data_bits(questions.asked[number], self.data_errors, self.network, self.now)
            self._counters.put(questions.bit(number), holds)
        self._data_due = min(
            (data_kink(error, self.now, questions.breaks) for error in self.data_errors.values()), default=NEVER
        )

    def _recount(self) -> None:
        """Count everything from nothing: at the start, and when new sentences bring new thresholds."""
        self._counters = Counters(self._questions)
        for number, one in self._standings.items():
            self._settle(one)
            cells = np.flatnonzero(self._standing_array == number)
            self._counters.move_cells([(cells, self._quiet[cells], -1, one.cls)])
        self._heap = []
        for outlet, one in self._apart.items():
            self._settle(one)
            self._counters.move(one.cell, -1, one.cls)
            one.queued = NEVER
            self._queue(outlet, one)
        self._standing_due = min((one.due for one in self._standings.values()), default=NEVER)
        self._retell_data()
        for name in self.flags & self._questions.flags.keys():
            self._counters.put(self._questions.flags[name], True)

    def fork(self) -> "Availability":
        """An independent copy at the same moment; the fixed index of the network is shared."""
        twin = object.__new__(Availability)
        twin.__dict__.update(self.__dict__)
        twin.faults, twin.natures = self.faults.copy(), self.natures.copy()
        twin.data_errors, twin.flags = self.data_errors.copy(), self.flags.copy()
        twin._heap = self._heap.copy()
        twin._apart = {outlet: one.fork() for outlet, one in self._apart.items()}
        twin._standings = {number: one.fork() for number, one in self._standings.items()}
        twin._quiet, twin._standing_array = self._quiet.copy(), self._standing_array.copy()
        twin._standing_of = self._standing_of.copy()
        twin._counters = self._counters.fork()
        return twin
