"""A witness of admission, played again on the live engine: real faults at real minutes instead of classes."""

from hecha.incident.grade import Grader, Judgement
from hecha.incident.small_networks import PATHS
from hecha.incident.witness import OutletState, Witness
from hecha.kernel.ids import AreaCode, BankId, OutletId
from hecha.network.availability import Availability
from hecha.network.model import Area, AreaKind, Bank, Network, Outlet
from hecha.plan.model import Plan

NOW = 1_000_000
CITIES = 12


def replay(plan: Plan, witness: Witness, reading: str) -> Judgement:
    """What the engine says of the state that a witness describes."""
    availability = Availability(_network(witness), NOW)
    grader = Grader(plan, availability)
    for number, outlet in enumerate(witness.outlets):
        _break(availability, f"o{number}", outlet)
    cities = iter(range(CITIES))
    for trouble in witness.cities:
        for _ in range(trouble.count):
            severe = trouble.kind == "severe"
            accuracy = None if severe else 0.99
            availability.data_error(
                f"D{next(cities)}", NOW, NOW + trouble.minutes, accuracy=accuracy, missing=severe, disturbs=not severe
            )
    for flag in witness.flags:
        availability.flag(flag)
    return grader.judge(reading)


def _break(availability: Availability, outlet: str, state: OutletState) -> None:
    """Both modes are out now; they are out together for `both` minutes from now."""
    if state.interface:
        together = state.both if state.non_interface else state.interface
        since = NOW - (state.interface - together)
        availability.fail(f"outlet/{outlet}/interface", since, since + state.interface)
    if state.non_interface:
        availability.fail(f"outlet/{outlet}/web", NOW, NOW + state.non_interface)


def _network(witness: Witness) -> Network:
    province = AreaCode("P")
    areas = {province: Area(province, "P省", AreaKind.PROVINCE)}
    for number in range(CITIES):
        city = AreaCode(f"D{number}")
        areas[city] = Area(city, city, AreaKind.CITY, province)
    banks, outlets = {}, {}
    for number, each in enumerate(witness.outlets):
        above = AreaCode(each.city.partition("省")[0]) if "省" in each.city else province
        city, county = AreaCode(each.city), AreaCode(each.city + each.county)
        areas[above] = Area(above, above, AreaKind.PROVINCE)
        areas[city] = Area(city, city, AreaKind.CITY, above)
        areas[county] = Area(county, county, AreaKind.COUNTY, city)
        bank = BankId(each.bank)
        banks[bank] = Bank(bank, each.bank, each.access)
        outlets[OutletId(f"o{number}")] = Outlet(OutletId(f"o{number}"), each.outlet, bank, county)
    return Network("replay", "重演", "", areas, banks, outlets, PATHS)
