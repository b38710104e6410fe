"""What a report says before anybody types: its own outlets, its own places, what happened, what came from below."""

from dataclasses import replace
from datetime import datetime, timedelta

from hecha.flow.picture import State
from hecha.flow.report_facts import View, outlets_of, prefill
from hecha.flow.situation import unknown_picture
from hecha.incident.event import Extent, Incident, Standing
from hecha.kernel.facts import Fact
from hecha.kernel.ids import Mode, OutletId
from hecha.organization.units import Units
from hecha.report.content import Kind
from hecha.report.model import Report
from tests.procedure.town import province
from tests.report.sheets import START, Life, after, leg, owe
from tests.report.test_lifecycle import sends

NETWORK = province()
DOWN = {Mode.NON_INTERFACE: State.DOWN, Mode.INTERFACE: State.DOWN}
ALL = ("330101", "330102", "330201")


def incident(**more: object) -> Incident:
    plain = Incident(
        "E1", "zhejiang", "1", "", "全省网点核查受阻", (), ("front/a", "bank/Z/core", "outlet/x1/line"), "network",
        "pbc/33", START, START, START, "system", 2, Standing(2, (), ("1.4.2.2(2)",)),
        Extent(areas=ALL, banks=(("X", "33"), ("Z", "33"))), incident="E1", unit="pbc/33",
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def view(*lives: Life, facts: tuple[Fact, ...] = (), now: datetime = START, **more: object) -> View:
    states = {OutletId("x1"): DOWN, OutletId("y1"): DOWN, OutletId("z2"): {Mode.INTERFACE: State.DOWN}}
    picture = replace(unknown_picture(NETWORK, START), outlets_not_up=states)
    found = View(NETWORK, Units(NETWORK), picture, incident(), [one.now for one in lives], facts, now)
    return replace(found, **more)  # type: ignore[arg-type]


def of(unit: str, serial: int = 1, **more: object) -> Life:
    """A report of a unit, by its own id."""
    command = replace(
        owe(unit, leg("head_office" if unit == "pbc/33" else "pbc/33")), id=f"R-{unit}-{serial}", serial=serial
    )
    return Life(replace(command, **more))  # type: ignore[arg-type]


def figures(life: Life, here: View | None = None) -> dict[str, str]:
    measured = prefill(life.now, here or view()).measured
    return {name: measured[name].value for name in ("outlets", "non_interface", "interface", "dark")}


def test_each_counts_its_own_outlets_of_the_banks_that_are_hit() -> None:
    assert figures(of("bank/X")) == {"outlets": "3", "non_interface": "1", "interface": "1", "dark": "1"}
    assert figures(of("bank/Z")) == {"outlets": "3", "non_interface": "0", "interface": "1", "dark": "0"}
    assert figures(of("pbc/330101")) == {"outlets": "2", "non_interface": "1", "interface": "1", "dark": "1"}
    assert figures(of("pbc/33")) == {"outlets": "6", "non_interface": "1", "interface": "2", "dark": "1"}


def test_the_outlets_of_a_unit() -> None:
    counts = {unit: len(outlets_of(NETWORK, unit)) for unit in ("bank/X", "bank/X/3301", "bank/X/330101", "pbc/3301")}
    assert counts == {"bank/X": 3, "bank/X/3301": 2, "bank/X/330101": 1, "pbc/3301": 5}


def test_places_are_the_senders_own_and_as_large_as_they_are_whole() -> None:
    names = {
        unit: prefill(of(unit).now, view()).measured["place"].names for unit in ("pbc/33", "pbc/3301", "pbc/330101")
    }
    assert names == {"pbc/33": ("33",), "pbc/3301": ("3301",), "pbc/330101": ("330101",)}
    partly = view(incident=incident(extent=Extent(areas=("330101",))))
    assert prefill(of("pbc/33").now, partly).measured["place"].names == ("330101",)
    nowhere = view(incident=incident(extent=Extent()))
    assert prefill(of("pbc/3301").now, nowhere).measured["place"].names == ("3301",)


def test_no_bank_reads_of_another_in_what_is_filled_in() -> None:
    seen = prefill(of("bank/X").now, view()).measured
    assert seen["broken"].names == ("front/a", "outlet/x1/line")
    assert seen["banks"].names == ("X",)
    assert prefill(of("pbc/33").now, view()).measured["banks"].names == ("X", "Z")


def test_what_happened_since_the_last_report_as_far_as_one_may_know() -> None:
    facts = tuple(
        Fact(kind, subject, after(minute), on_behalf_of=unit)
        for minute, kind, subject, unit in (
            (5, "incident:event:opened", "E1", ""),
            (25, "incident:event:raised", "E1", ""),
            (26, "report:report:sent", "R-bank/Y-1", "bank/Y"),
            (27, "report:report:reminded", "R-bank/X-1", "bank/X"),
            (28, "command:order:published", "O1", "pbc/33"),
        )
    )
    first = of("bank/X")
    first.do(sends(20))
    next_ = of("bank/X", 2, kind=Kind.FOLLOW_UP)
    here = view(first, next_, facts=facts)
    assert [one.kind for one in prefill(next_.now, here).since_last] == ["incident:event:raised"]
    county = of("pbc/330101", 2, kind=Kind.FOLLOW_UP)
    kinds = [one.kind for one in prefill(county.now, view(county, facts=facts)).since_last]
    # nothing of its own was sent yet; a bank of the whole province is not the county's
    assert kinds == ["incident:event:opened", "incident:event:raised", "command:order:published"]
    whole = of("pbc/33", 2, kind=Kind.FOLLOW_UP)
    assert len(prefill(whole.now, view(whole, facts=facts)).since_last) == 4
    assert prefill(of("bank/X").now, here).since_last == ()  # a first report has nothing before it


def test_reports_from_below_are_summed_up_by_their_newest() -> None:
    old, new, open_ = of("bank/X"), of("bank/X", 2, kind=Kind.FOLLOW_UP), of("bank/Z")
    old.do(sends(10))
    new.do(sends(30))
    mine = of("pbc/33")
    other = of("bank/Y", plan="county-demo")
    other.do(sends(5))
    found = prefill(mine.now, view(old, new, open_, other, mine))
    assert [(one.unit, one.report) for one in found.lower] == [("bank/X", "R-bank/X-2")]
    assert found.measured["below"].value == "1/2"
    assert "below" not in prefill(of("pbc/330101").now, view()).measured


def test_words_are_suggested_and_never_facts() -> None:
    found = prefill(of("bank/X").now, view(handlings=[("bank/X", "改用手工"), ("bank/Z", "别家的")]))
    assert found.suggested["handling"] == "改用手工"
    assert found.suggested["repair"] == "正在抢修，恢复时间尚不明"
    assert "grade" not in found.suggested
    head = of("pbc/33", states_grade=True)
    assert prefill(head.now, view()).suggested["grade"] == "2"
    first = of("bank/X")
    first.do(sends(20))
    follow_up = of("bank/X", 2, kind=Kind.FOLLOW_UP)
    over = view(first, follow_up, incident=incident(recovered=START + timedelta(hours=1)))
    again = prefill(follow_up.now, over).suggested
    assert (again["handling"], again["nature"], again["repair"]) == ("先登记，后补核", "network", "已恢复")


def test_activation_names_the_order_in_force_by_its_number() -> None:
    started = incident(order="O1")
    assert prefill(of("pbc/33").now, view()).measured["activation"].value == "none"
    assert prefill(of("pbc/33").now, view(incident=started)).measured["activation"].value == "O1"
    assert prefill(of("pbc/33").now, view(incident=started, order="令1号")).measured["activation"].value == "令1号"


def test_a_further_plan_tells_its_own_grade() -> None:
    both = incident(others={"county-demo": Standing(3, (), ("2.3(1)",))})
    report: Report = of("bank/X", plan="county-demo").now
    graded = prefill(report, view(incident=both)).measured["grade_proposed"]
    assert (graded.value, graded.names) == ("3", ("2.3(1)",))
