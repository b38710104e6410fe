"""Why a clause holds, what breaks an "all", what must be back by when, and what-if: on one small town."""

from hecha.edges.files.network_folder import default_paths
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.scenario_network import inline_network
from hecha.incident.explain import causes, explain, remedies, what_if
from hecha.incident.grade import Grader
from hecha.kernel.ids import OutletId
from hecha.network.availability import Availability

NOW = 29_000_000
TOWN = {
    "cities": {"A": ["A1", "A2"], "B": ["B1"]},
    "banks": {"X": {"interface": "national"}, "Y": {"interface": "none"}},
    "outlets": [
        {"id": "x1", "bank": "X", "county": "A1"},
        {"id": "y1", "bank": "Y", "county": "A1"},
        {"id": "y2", "bank": "Y", "county": "A2"},
        {"id": "y3", "bank": "Y", "county": "B1"},
    ],
}


def town(*faults: tuple[str, int]) -> Grader:
    here = Availability(inline_network(TOWN, default_paths()), NOW)
    grader = Grader(load_plan("zhejiang"), here)
    for component, age in faults:
        here.fail(component, NOW - age)
    return grader


def test_all_of_a_city_is_shown_with_its_outlets_and_its_cause() -> None:
    grader = town(("city/A/line", 500), ("outlet/y1/terminal", 100))
    (evidence,) = explain(grader, "1.4.2.3(1)")
    (city,) = evidence.groups
    assert (evidence.holds, city.group, city.n, city.total) == (True, "A", 3, 3)
    assert city.witnesses == ("x1", "y1", "y2")
    assert city.breaking == ()
    assert city.components == ("city/A/line", "outlet/y1/terminal")


def test_the_one_outlet_that_breaks_all_is_named() -> None:
    grader = town(("county/A1/line", 500), ("outlet/y2/line", 480))
    (evidence,) = explain(grader, "1.4.2.3(1)")
    assert (evidence.holds, evidence.groups[0].n, evidence.groups[0].breaking) == (False, 2, ("y2",))


def test_what_must_be_back_by_when_to_stay_below_a_grade() -> None:
    grader = town(("county/A1/line", 500), ("outlet/y2/line", 400))
    remedy = remedies(grader, 3, 72 * 60)
    assert [(one.component, one.by) for one in remedy] == [("county/A1/line", None)]  # bank X is dark by it already
    grader = town(("outlet/y1/line", 500), ("outlet/y2/line", 450), ("outlet/y3/line", 400))
    assert [(one.component, one.by) for one in remedies(grader, 3, 72 * 60)] == [
        ("outlet/y3/line", NOW + 80)
    ]  # y3 reaches 481 minutes in 81; without it back, city B is dark whatever comes back elsewhere


def test_what_if_asks_a_copy() -> None:
    grader = town(("relay", 500))
    assert (grader.judge().level, what_if(grader, ["relay"]), grader.judge().level) == (2, None, 2)


def test_causes_are_the_faults_in_the_way() -> None:
    grader = town(("interface-service", 10), ("outlet/y1/line", 10))
    assert causes(grader.availability, OutletId("x1")) == ("interface-service",)
    assert causes(grader.availability, OutletId("y1")) == ("outlet/y1/line",)
