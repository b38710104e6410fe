"""Over HTTP: what a bank, a delegate and the province read, and what they do not."""

from dataclasses import replace

from hecha.edges.store import ledger
from hecha.flow.picture import CityData, GroupState, State
from hecha.kernel.ids import AreaCode, UnitId
from hecha.organization.principal import Principal, Role
from tests.api.test_http import Caller, call
from tests.api.town import AUDITOR, BRANCH, clerk, registration, subject, verification

__all__ = ["call"]  # the fixture


def test_a_bank_reads_nothing_of_other_banks_from_the_situation(call: Caller) -> None:
    call.town.breaks()
    county = GroupState("330302", {}, 3, 3, State.DOWN)
    counted = CityData(AreaCode("3303"), 500, 20, 300, True)
    quiet = CityData(AreaCode("33"), 40, 1, 2, False)
    advice = {"plan": {"grade": None, "affected": {"both": 3, "interface": 2, "non_interface": 3}}}
    call.town.picture = replace(
        call.town.picture,
        counties={AreaCode("330302"): county},
        cities={AreaCode("3303"): county},
        data={one.city: one for one in (counted, quiet)},
        advice=advice,
        if_unknown_were_down={"grade": {"level": 1}},
    )
    ours = call("GET", "/v1/situation").json()
    assert (ours["cities"]["3303"]["total"], ours["counties"]["330302"]["total"]) == (2, 2)
    assert ours["cities"]["3303"]["modes"]["non_interface"]["down"] == 2
    assert ours["advice"] == {}  # no fault that concerns it
    assert ours["if_unknown_were_down"] is None
    assert [(one["city"], one["asked"], one["suspicious"]) for one in ours["data"].values()] == [("3303", 0, True)]
    whole = call("GET", "/v1/situation", AUDITOR).json()
    assert whole["counties"]["330302"]["total"] == 3
    assert whole["data"]["3303"]["asked"] == 500
    assert whole["advice"]["plan"]["affected"]["both"] == 3


def test_a_branch_that_accepted_sees_the_whole_number_to_enter_it(call: Caller) -> None:
    body = verification(1, outlet="x1") | {"delegate": "pbc/3303"}
    asked = call("POST", "/v1/delegations", key="k", json=body).json()
    path, whole = f"/v1/delegations/{asked['id']}", subject(1)["number"]
    assert call("GET", path, BRANCH).status_code == 403  # not before accepting
    call("POST", f"{path}/reply", BRANCH, "k1", json={"accept": True})
    shown = call("GET", path, BRANCH).json()["subject"]
    assert (shown["name"], shown["number"]) == (subject(1)["name"], whole)
    with call.town.store.read() as connection:
        opening = ledger.read(connection, kind="vault:")[-1].fact
    assert (opening.by, opening.data["purpose"]) == ("branch", "performance")
    assert whole not in str(opening)
    assert call("GET", path, clerk("x1")).json()["subject"]["number"].startswith("330302*")
    call("POST", f"{path}/performance", BRANCH, "k2", json={"outcome": "match_no_photo"})
    assert call("GET", path, BRANCH).json()["subject"]["number"].startswith("330302*")


def test_a_banks_branch_reads_of_its_bank_only_what_belongs_to_its_area(call: Caller) -> None:
    entry = call("POST", "/v1/registrations", clerk("x1"), "k", json=registration(1)).json()
    call("POST", "/v1/delegations", clerk("x1"), "k1", json=verification(1) | {"delegate": "pbc/3303"})
    here, elsewhere = (Principal("b", "支行", Role.ENGINEER, UnitId(f"bank/X/{area}")) for area in ("3303", "3399"))
    for path in ("/v1/registrations", "/v1/delegations"):
        assert [len(call("GET", path, who).json()["items"]) for who in (here, elsewhere)] == [1, 0], path
    assert call("GET", f"/v1/registrations/{entry['id']}", elsewhere).status_code == 404


def test_a_unit_is_read_by_those_who_may_look_it_up(call: Caller) -> None:
    unit = call("GET", "/v1/organization/units/pbc/3303", BRANCH).json()
    assert (unit["zh"], unit["level"], unit["superior"]) == ("人民银行温州市中心支行", "city", "pbc/33")
    assert {(one["post"], one["clause"]) for one in unit["missing"]} >= {
        ("group/leader", "2.1"),
        ("office/leader", "2.1"),
    }
    assert call("GET", "/v1/organization/units/bank/X").json()["local_branch"] == "pbc/3303"
    assert call("GET", "/v1/organization/units/pbc/3303").status_code == 200  # the local branch of a bank
    for other in ("bank/Y", "pbc/9999", "outlet/x1", "nonsense"):
        assert call("GET", f"/v1/organization/units/{other}").status_code == 404
    assert call("GET", "/v1/organization/units/pbc/3303", None).status_code == 401
