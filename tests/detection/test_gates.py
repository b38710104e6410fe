"""The gates that a declaration closes: few of them, and for every outlet the same as a gate of its own."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.causes import Causes
from hecha.flow.declare import Declaration, outlets_of
from hecha.flow.gates import Gates, gate, watched
from hecha.incident.grade import Grader
from hecha.kernel.ids import AreaCode, BankId, Mode, OutletId
from hecha.kernel.moments import minute_of
from hecha.network.availability import Availability
from hecha.network.model import Network
from tests.detection.town import MORNING, small_province

SMALL, PLAN = small_province(), load_plan("zhejiang")
OUTLETS = sorted(SMALL.outlets)


def _said(name: str, outlets: tuple[OutletId, ...], modes: tuple[Mode, ...], hours: int = 1) -> Declaration:
    return Declaration(name, outlets, modes, MORNING - timedelta(hours=hours), "branch", "pbc/33", MORNING)


def _engine(network: Network) -> Availability:
    engine = Availability(watched(network), minute_of(MORNING), latch_minutes=30)
    Grader(PLAN, engine)  # its sentences are what is counted
    return engine


def _picture(engine: Availability) -> object:
    outages = {(outlet, mode): engine.outage(outlet, mode) for outlet in OUTLETS for mode in (*Mode, None)}
    return outages, engine.word, engine.counters.counts


declarations = st.lists(
    st.tuples(
        st.sets(st.sampled_from(OUTLETS), min_size=1),
        st.lists(st.sampled_from(list(Mode)), min_size=1, unique=True),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=4,
)


@given(declarations, st.data())
def test_wide_gates_and_single_ones_give_the_same_outages(
    said: list[tuple[set[OutletId], list[Mode], int]], data: st.DataObject
) -> None:
    """Declared, then withdrawn one after the other in any order, while time passes."""
    wide, single = _engine(SMALL), _engine(SMALL)
    causes = Causes(SMALL)
    standing = [_said(str(n), tuple(o), tuple(modes), hours) for n, (o, modes, hours) in enumerate(said)]
    for one in standing:
        causes.declare(one)
    for passed in range(len(said) + 1):
        now = MORNING + timedelta(minutes=20 * passed)
        for engine in (wide, single):
            engine.advance(minute_of(now))
        causes.feed(wide, now)
        _feed_each_way(single, standing)
        assert _picture(wide) == _picture(single)
        if standing:
            causes.withdraw(standing.pop(data.draw(st.integers(0, len(standing) - 1))))


def _feed_each_way(engine: Availability, standing: list[Declaration]) -> None:
    begins: dict[str, int] = {}
    for one in standing:
        for outlet in one.outlets:
            for mode in one.modes:
                if (SMALL.banks[SMALL.outlets[outlet].bank].access, mode) in SMALL.paths:
                    name, since = gate(outlet, mode), minute_of(one.since)
                    begins[name] = min(since, begins.get(name, since))
    for name in [name for name in engine.faults if name not in begins]:
        engine.restore(name)
    for name, since in begins.items():
        if engine.faults.get(name) != (since, None):
            engine.fail(name, since)


def test_a_declaration_closes_the_fewest_gates() -> None:
    network = load_network("zhejiang")
    gates, modes = Gates(network), tuple(Mode)
    cities = [code for code, area in network.areas.items() if area.kind == "city"]
    whole = gates.of(_said("all", outlets_of(network, area=AreaCode("33")), modes))
    assert sorted(whole) == sorted(f"ways/city/{city}/{mode}" for city in cities for mode in modes)
    bank = gates.of(_said("bank", outlets_of(network, bank=BankId("icbc")), (Mode.NON_INTERFACE,)))
    assert bank == ("ways/bank/icbc/non_interface",)
    both = outlets_of(network, bank=BankId("icbc"), area=AreaCode("3301"))
    assert set(gates.of(_said("both", both, (Mode.INTERFACE,)))) == {gate(outlet, Mode.INTERFACE) for outlet in both}


def test_a_bank_that_enters_by_the_web_alone_has_no_interface_gate() -> None:
    assert Gates(SMALL).of(_said("y", (OutletId("y1"), OutletId("y2")), tuple(Mode))) == ("ways/bank/Y/non_interface",)
