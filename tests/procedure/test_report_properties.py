"""Whatever happens to an incident: one open first report at most of each sender and plan, deadlines only shorten."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hecha.edges.files.plan_folder import load_plan
from hecha.edges.procedure.bookkeeping import Ground
from hecha.edges.procedure.registry import Registry
from hecha.edges.store.keys import fresh_keys
from hecha.edges.store.store import Store
from hecha.flow.life import Act
from hecha.incident.commands import ConfirmRecovery, End, Fix, Open, Regrade, Withdraw
from hecha.incident.event import Extent, Opinion, Standing
from hecha.kernel.errors import Refused
from hecha.network.branches import Branches
from hecha.report.commands import Pass, Send
from hecha.report.content import Kind
from hecha.report.model import Report
from tests.detection.town import MORNING
from tests.procedure.town import province
from tests.report.sheets import SAID, full

LEVELS = st.sampled_from([None, 1, 2, 3, 4])
COUNTIES = st.lists(st.sampled_from(["330101", "330102", "330201"]), min_size=1, max_size=3, unique=True)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("measured"), LEVELS, COUNTIES),
        st.tuples(st.just("fixed"), st.sampled_from([1, 2, 3, 4]), st.just("decided")),
        st.tuples(st.just("sent"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("waits"), st.integers(1, 300), st.just(0)),
        st.tuples(st.sampled_from(["recovered", "ended", "withdrawn"]), st.just(0), st.just(0)),
    ),
    max_size=12,
)
PLANS = tuple(load_plan(name) for name in ("zhejiang", "county-demo"))
names = count()


class Case:
    """One incident of its own in a shared store."""

    def __init__(self, store: Store) -> None:
        network = province()
        self.store, self.now, self.id = store, MORNING, f"E{next(names)}"
        self.ground = Ground(network, Branches(network), PLANS)
        self.registry = Registry(self.ground, lambda tx, notice: None)

    def do(self, kind: str, id: str, command: object) -> None:
        self.store.submit(lambda tx: self.registry.do(tx, Act(kind, id, command))).result()

    def extent(self, counties: list[str]) -> Extent:
        here = {one.bank: one.county for one in self.ground.network.outlets.values() if one.county in counties}
        lost = ("Z",) if len(counties) == 3 else ()
        covering = str(self.ground.units.area(self.ground.units.covering(counties)))  # type: ignore[arg-type]
        return Extent(areas=tuple(counties), banks=tuple((bank, covering) for bank in here), lost=lost)

    def opens(self) -> None:
        opened = Open(self.id, "zhejiang", "1", "", "", (), (), "network", "", "pbc/33", self.now, self.now,
                      Standing(4), self.extent(["330101"]), {"county-demo": Standing(3)}, 0, self.now)  # fmt: skip
        self.do("incident", self.id, opened)

    def step(self, what: str, one: int | None, other: object) -> None:
        self.now += timedelta(minutes=1)
        match what:
            case "measured":
                assert isinstance(other, list)
                others = {"county-demo": Standing(min(one, 3) if one else None)}
                regrade = Regrade(Standing(one), self.extent(other), others, (), None, "pbc/33", self.now)
                self.do("incident", self.id, regrade)
            case "fixed":
                assert one is not None
                self.do("incident", self.id, Fix(Opinion(one, "l", "pbc/33", self.now, "理由"), "pbc/33"))
            case "sent":
                self._sends(one or 0)
            case "waits":
                self.now += timedelta(minutes=one or 0)
                for report in self.reports():
                    self.do("report", report.id, Pass(self.now))
            case "recovered":
                self.do("incident", self.id, ConfirmRecovery(self.now, self.now, "x", "pbc/33"))
            case "ended":
                self.do("incident", self.id, End("", self.now, "x", "pbc/33"))
            case _:
                self.do("incident", self.id, Withdraw(self.now, "x", "pbc/33", "理由"))

    def _sends(self, place: int) -> None:
        waiting = [report for report in self.reports() if report.is_open]
        if waiting:
            chosen = waiting[place % len(waiting)]
            self.do("report", chosen.id, Send(full(SAID | {"grade": "2"}), "1", "张", self.now, "zhang"))

    def reports(self) -> list[Report]:
        return list(self.store.submit(lambda tx: self.registry.book(tx).of(self.id, "report")).result())


@contextmanager
def a_store() -> Iterator[Store]:
    store = Store("sqlite://", fresh_keys())
    try:
        yield store
    finally:
        store.close()


def test_at_most_one_open_first_report_and_deadlines_only_shorten() -> None:
    with a_store() as store:

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(steps=STEPS)
        def holds(steps: list[tuple[str, int | None, object]]) -> None:
            case = Case(store)
            case.opens()
            dues: dict[str, datetime] = {}
            for what, one, other in steps:
                try:
                    case.step(what, one, other)
                except Refused:
                    continue
                check(case.reports(), dues)

        holds()


def check(reports: list[Report], dues: dict[str, datetime]) -> None:
    firsts = [(one.unit, one.plan) for one in reports if one.is_open and one.kind is Kind.FIRST]
    assert len(firsts) == len(set(firsts))
    finals = [(one.unit, one.plan) for one in reports if one.kind is Kind.FINAL]
    assert len(finals) == len(set(finals))
    follow_ups = [(one.unit, one.plan) for one in reports if one.is_open and one.kind is Kind.FOLLOW_UP]
    assert len(follow_ups) == len(set(follow_ups))
    assert all(one.unit not in one.receivers for one in reports)
    serials = [(one.unit, one.plan, one.serial) for one in reports]
    assert len(serials) == len(set(serials))
    for one in reports:
        due = one.notice_due or one.written_due
        if due is not None:
            assert due <= dues.get(one.id, due)
            dues[one.id] = due


def test_an_event_that_shrinks_does_not_take_back_what_is_owed() -> None:
    with a_store() as store:
        case = Case(store)
        case.opens()
        case.step("measured", 2, ["330101", "330201"])
        before = {one.id: replace(one, level=None) for one in case.reports()}
        case.step("measured", 4, ["330101"])
        assert {one.id: replace(one, level=None) for one in case.reports()} == before
