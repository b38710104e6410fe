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

How it stays fast: see `following`. A fault of one outlet moves one standing, a shared fault a few. Each standing knows
when its class changes next, so passing time costs nothing in between.

Latches (live only, `latch_minutes`): an outage of one mode that returns keeps its first begin while it has not been
normal for so many minutes; meanwhile it stands with its length frozen. Rolling faults keep their first begin too.
"""

from collections.abc import Iterable

from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, OutletId
from hecha.network.branches import Branches
from hecha.network.data_quality import DataError, data_bits, data_kink
from hecha.network.following import Following
from hecha.network.model import AreaKind, Network
from hecha.network.outage import NEVER, Outage
from hecha.network.questions import Asked, Questions, TallySpec
from hecha.network.settling import Settler
from hecha.network.standing import Standing


class Availability(Following):
    """See the module's first lines. `latch_minutes` None: no latches, as in a scenario."""

    def __init__(self, network: Network, now: int, latch_minutes: int | None = None) -> None:
        self.branches = Branches(network)
        self.natures: dict[ComponentId, str] = {}
        self.data_errors: dict[AreaCode, DataError] = {}
        self.flags: set[str] = set()
        self._data_due = NEVER
        super().__init__(network, now, latch_minutes)

    # --- questions -------------------------------------------------------------------------------------------------

    def ask(self, asked: Iterable[Asked], flags: Iterable[str] = ()) -> list[int]:
        """Add sentences, and flags; the answer is the bit of each sentence. Bits given before stay as they are."""
        before = self._questions
        new = list(asked)
        names = [*before.flags, *(name for name in dict.fromkeys(flags) if name not in before.flags)]
        self._questions = Questions(self.index, (*before.asked, *new), names)
        self._settler = Settler(self.ways, self._questions, self.latch_minutes)
        self._recount()
        self._retell_data()
        for name in self.flags & self._questions.flags.keys():
            self.counters.put(self._questions.flags[name], True)
        first = len(before.asked)
        return [self._questions.bit(first + number) for number in range(len(new))]

    def flag_bit(self, name: str) -> int:
        """The bit of a flag that has been asked for."""
        return self._questions.flags[name]

    @property
    def word(self) -> int:
        """The fact word: bit n is set when sentence n holds now."""
        return self.counters.word

    def tally(self, bit: int) -> tuple[TallySpec, list[int]]:
        """What the sentence of a bit counts, and how many outlets of each group it counts now."""
        number = self._questions.tally_of[bit]
        return self._questions.tallies[number], self.counters.of(number)

    # --- what happens ----------------------------------------------------------------------------------------------

    def fail(self, component: str, since: int, until: int | None = None, nature: str = "other") -> None:
        """A component is out since a minute; said again, the new statement replaces the old one.

        Raises BadInput for a component that this network does not have."""
        name: ComponentId = component  # type: ignore[assignment]  # the hot path: ComponentId(…) is a call
        self.faults[name] = (since, until)
        part = self._own_parts.get(component) or self._own_part(component)
        if part is not None:
            self._outlet_fails(part, name)
        else:
            try:
                self._shared_event(name, True)
            except BadInput:
                del self.faults[name]
                raise
        self.natures[name] = nature

    def restore(self, component: str) -> None:
        """It works again. Raises NotThere when it is not out."""
        name: ComponentId = component  # type: ignore[assignment]  # as above
        if self.faults.pop(name, None) is None:
            raise NotThere(f"{component} is not out")
        self.natures.pop(name, None)
        part = self._own_parts.get(component) or self._own_part(component)
        if part is not None:
            self._outlet_mended(part)
        else:
            self._shared_event(name, False)

    def estimate(self, component: str, until: int | None) -> None:
        """When it is expected back; None takes an estimate back. Raises NotThere when it is not out."""
        name = ComponentId(component)
        if name not in self.faults:
            raise NotThere(f"{component} is not out")
        self.fail(component, self.faults[name][0], until, self.natures.get(name, "other"))

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
            self.counters.put(self._questions.flags[name], on)

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

    # --- inside ------------------------------------------------------------------------------------------------------

    def _pass(self, moment: int) -> None:
        """Everything that is due at one minute."""
        self.now = moment
        self._pass_outages()
        if self._data_due <= moment:
            self._retell_data()

    def _retell_data(self) -> None:
        """The bits of sentences about data, anew: there are few cities, so nothing is counted incrementally."""
        questions = self._questions
        for number in questions.data:
            holds = data_bits(questions.asked[number], self.data_errors, self.network, self.now)
            self.counters.put(questions.bit(number), holds)
        self._data_due = min(
            (data_kink(error, self.now, questions.breaks) for error in self.data_errors.values()), default=NEVER
        )

    def fork(self) -> "Availability":
        """An independent copy at the same moment; the fixed index of the network is shared."""
        twin = object.__new__(Availability)
        twin.__dict__.update(self.__dict__)
        self._fork_following(twin)
        twin.natures = self.natures.copy()
        twin.data_errors, twin.flags = self.data_errors.copy(), self.flags.copy()
        return twin
