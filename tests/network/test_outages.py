"""How outages combine (rule 3), what "both modes" means (rule 4), and what a short return does (rule 7)."""

import pytest

from hecha.edges.files.network_folder import default_paths
from hecha.flow.scenario_network import inline_network
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import Mode
from hecha.network.availability import Availability
from hecha.network.expression import parse
from hecha.network.outage import NOW as STILL
from hecha.network.outage import Outage, all_needed, redundant, standing

T = 100  # early on purpose: times before it are negative, and mean the same
OPEN = True
KNOWN = False


@pytest.mark.parametrize(
    ("fault", "outage"),
    [
        ((100, None), (100, STILL, OPEN)),
        ((100, 300), (100, 300, KNOWN)),
        ((100, 200), (100, STILL, OPEN)),  # the estimate passes at this minute
        ((201, None), None),  # announced for later
        ((200, None), (200, STILL, OPEN)),
    ],
)
def test_a_single_part_at_minute_200(fault: tuple[int, int | None], outage: Outage | None) -> None:
    assert standing(fault, 200) == outage


@pytest.mark.parametrize(
    ("parts", "needed", "spare"),
    [
        ([(100, 300, KNOWN), None], (100, 300, KNOWN), None),
        ([(100, 300, KNOWN), (150, 400, KNOWN)], (100, 400, KNOWN), (150, 300, KNOWN)),
        ([(100, 300, KNOWN), (150, STILL, OPEN)], (100, 300, OPEN), (150, 300, KNOWN)),
        ([(100, STILL, OPEN), (150, STILL, OPEN)], (100, STILL, OPEN), (150, STILL, OPEN)),
        ([(100, 500, OPEN), (150, STILL, OPEN)], (100, 500, OPEN), (150, 500, OPEN)),
        ([(100, 500, OPEN), (150, 400, KNOWN)], (100, 500, OPEN), (150, 400, KNOWN)),
        ([None, None], None, None),
        ([], None, None),
    ],
)
def test_parts_all_needed_and_redundant_parts(
    parts: list[Outage | None], needed: Outage | None, spare: Outage | None
) -> None:
    assert all_needed(parts) == needed
    assert redundant(parts) == spare


TOWN = {
    "cities": {"A": ["A1"]},
    "banks": {"N": {"interface": "national"}, "O": {"interface": "none"}},
    "outlets": [{"id": "n", "bank": "N", "county": "A1"}, {"id": "o", "bank": "O", "county": "A1"}],
}


def town(latch_minutes: int | None = None) -> Availability:
    return Availability(inline_network(TOWN, default_paths()), T, latch_minutes)


def test_both_modes_is_the_later_begin_and_the_earlier_known_end() -> None:
    here = town()
    here.fail("front/a", T - 100)
    here.fail("front/b", T - 60, T + 50)
    assert here.outage("n", None) is None  # a national bank's interface does not pass the fronts
    here.fail("hq-interconnect", T - 30, T + 90)
    assert here.outage("n", Mode.NON_INTERFACE) == (T - 60, T + 50, KNOWN)
    assert here.outage("n", None) == (T - 30, T + 50, KNOWN)
    assert here.outage("o", None) == (T - 60, T + 50, KNOWN)  # no interface mode: its non-interface outage
    assert here.outage("o", Mode.INTERFACE) is None


def test_rolling_faults_are_one_outage_only_where_they_are_latched() -> None:
    for latch, begin in ((30, T), (None, T + 240)):
        here = town(latch)
        here.fail("county/A1/line", T)  # 0 h to 5 h
        here.advance(T + 240)
        here.fail("outlet/o/line", T + 240)  # 4 h to 10 h
        here.advance(T + 300)
        here.restore("county/A1/line")
        here.advance(T + 600)
        assert here.outage("o", Mode.NON_INTERFACE) == (begin, STILL, OPEN)


@pytest.mark.parametrize(("back", "begin"), [(29, T), (30, T + 130), (31, T + 131)])
def test_a_return_counts_when_it_has_lasted_thirty_minutes(back: int, begin: int) -> None:
    here = town(30)
    here.fail("relay", T)
    here.advance(T + 100)
    here.restore("relay")
    assert here.outage("o", None) == (T, T + 100, KNOWN)  # not confirmed yet: it stands, its length frozen
    here.advance(T + 100 + back)
    here.fail("relay", T + 100 + back)
    assert here.outage("o", None) == (begin, STILL, OPEN)


def test_a_confirmed_return_ends_it() -> None:
    here = town(30)
    here.fail("outlet/o/terminal", T)
    here.restore("outlet/o/terminal")
    here.advance(T + 29)
    assert here.outage("o", None) is not None
    here.advance(T + 30)
    assert here.outage("o", None) is None
    assert not here.apart


def test_estimates_are_revised_and_taken_back() -> None:
    here = town()
    here.fail("relay", T, T + 100)
    here.estimate("relay", T + 700)
    assert here.outage("o", None) == (T, T + 700, KNOWN)
    here.estimate("relay", None)
    assert here.outage("o", None) == (T, STILL, OPEN)


def test_a_fork_changes_nothing() -> None:
    here = town()
    here.fail("outlet/o/line", T)
    twin = here.fork()
    twin.restore("outlet/o/line")
    twin.fail("relay", T)
    twin.advance(T + 5_000)
    assert (here.now, here.outage("o", None), here.outage("n", None)) == (T, (T, STILL, OPEN), None)


def test_what_does_not_exist_is_named() -> None:
    here = town()
    for component in ("front/c", "bank/O/core", "outlet/x/line", "city/A1/line", "bank/Q/core"):
        with pytest.raises(BadInput, match=component):
            here.fail(component, T)
    assert here.faults == {}
    for wrong in (lambda: here.restore("relay"), lambda: here.estimate("relay", None), lambda: here.clear("A")):
        with pytest.raises(NotThere):
            wrong()
    with pytest.raises(NotThere):
        here.data_error("Z", T, missing=True)
    with pytest.raises(ValueError, match="forward"):
        here.advance(T - 1)


def test_a_part_may_be_named_by_bank_and_outlet() -> None:
    paths = {way: parse("police & desk/{bank}/{outlet}") for way in default_paths()}
    here = Availability(inline_network(TOWN, paths), T)
    here.fail("desk/N/n", T)
    assert here.outage("n", None) == (T, STILL, OPEN)
    assert here.outage("o", None) is None
    here.advance(T + 1)
    here.fail("police", T + 1)
    here.restore("desk/N/n")
    assert here.outage("n", None) == (T + 1, STILL, OPEN)
    assert not here.apart
