"""A province in trouble, for pages: pictures built from the network, without the watch loop."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from hecha.edges.files.network_folder import load_network
from hecha.edges.files.plan_folder import load_plan
from hecha.flow.picture import CityData, ComponentState, Countdown, Picture, State, WatchedFault
from hecha.flow.seen import tally
from hecha.flow.sighting import Sighting
from hecha.flow.situation import unknown_picture
from hecha.incident.event import Extent, Standing
from hecha.kernel.ids import ComponentId, Mode, OutletId
from hecha.network.model import AreaKind, Network
from hecha.plan.model import Plan

START = datetime(2026, 3, 12, 2, 15, tzinfo=UTC)
CHINA_OFFSET = "+08:00"


@cache
def network() -> Network:
    return load_network("zhejiang")


@cache
def plan() -> Plan:
    return load_plan("zhejiang")


def calm(at: datetime = START) -> Picture:
    """All is well."""
    return picture({}, at)


def picture(states: Mapping[OutletId, Mapping[Mode, State]], at: datetime = START, **more: Any) -> Picture:
    """A picture in which these outlets are not up and all else is."""
    base = unknown_picture(network(), at)
    up = {
        name: replace(one, state=State.UP, ms=4.2, in_use=name in ("front/a", "channel/production"))
        for name, one in base.components.items()
    }
    plain = replace(base, serial=1, outlets_not_up=dict(states), components=up | more.pop("components", {}))
    by = {"cities": {}, "counties": {}, "banks": {}}
    for outlet in network().outlets.values():
        by["counties"].setdefault(outlet.county, []).append(outlet)
        by["cities"].setdefault(network().city_of(outlet.county), []).append(outlet)
        by["banks"].setdefault(outlet.bank, []).append(outlet)
    groups = {
        kind: {key: tally(outlets, plain, network(), key) for key, outlets in found.items()}
        for kind, found in by.items()
    }
    return replace(plain, **groups, **more)


def troubled(at: datetime = START) -> Picture:
    """Both fronts are dark: no outlet can verify by the web, nor local interface banks; Wenzhou's lines are cut too."""
    states: dict[OutletId, dict[Mode, State]] = {}
    for outlet in network().outlets.values():
        access = network().banks[outlet.bank].access
        city = network().city_of(outlet.county)
        modes = [mode for mode in Mode if (access, mode) in network().paths]
        for mode in modes:
            if mode is Mode.NON_INTERFACE or access == "local" or city == "3303":
                states.setdefault(outlet.id, {})[mode] = State.DOWN
            elif outlet.county == "330782":
                states.setdefault(outlet.id, {})[mode] = State.UNKNOWN
    since = at - timedelta(hours=2, minutes=5)
    down = [
        ComponentState(ComponentId("front/a"), State.DOWN, since, owner="pbc/33", estimate_owed=True),
        ComponentState(ComponentId("front/b"), State.DOWN, since, nature="power", owner="pbc/33",
                       estimate=at + timedelta(hours=9), estimate_by="province", estimate_unit="pbc/33"),
        ComponentState(ComponentId("city/3303/line"), State.DOWN, since, nature="network", owner="pbc/3303"),
        ComponentState(ComponentId("channel/backup"), State.IMPAIRED, since, ms=812.0),
    ]  # fmt: skip
    return picture(
        states,
        at,
        components={one.id: one for one in down},
        faults=(fault(at, since),),
        advice={plan().id: advice(at)},
        if_unknown_were_down={**advice(at), "grade": {"level": 1, "zh": "特大"}},
        data={"3306": CityData("3306", 1240, 31, 402, True)},
    )


def grave(at: datetime = START) -> Picture:
    """The same as `troubled`, nine hours on: a grave event by 1.4.2.2(2)."""
    since = at - timedelta(hours=9)
    causes = (("outage", 2),)
    standing = Standing(2, ("1.4.2.2(2)", "1.4.2.4(4)"), ("1.4.2.2(2)",), ("1.4.1(3)",), causes)
    counties = tuple(code for code, area in network().areas.items() if area.kind is AreaKind.COUNTY)
    banks = tuple((bank, "33") for bank in list(network().banks)[:40])
    extent = Extent(counties, (), banks, (), 2900, 12000, 2900, len(network().outlets))
    fronts = (ComponentId("front/a"), ComponentId("front/b"))
    name = f"W{since:%Y%m%d%H%M%S}-front.a+front.b"
    seen = Sighting(name, fronts, "hardware", "", since, since, None, standing, {}, extent, 481)
    watched = replace(fault(at, since), id=name, is_event=True)
    return replace(troubled(at), serial=2, faults=(watched,), sightings=(seen,), open_warnings={name: None})


def fault(at: datetime, since: datetime) -> WatchedFault:
    """Both fronts, watched, with countdowns."""
    return WatchedFault(
        id="fault-1",
        components=(ComponentId("front/a"), ComponentId("front/b")),
        since=since,
        nature="hardware",
        outlets_down={Mode.INTERFACE: 2900, Mode.NON_INTERFACE: 12000},
        countdown=(
            Countdown(at + timedelta(hours=5, minutes=56), 2, ("1.4.2.2(2)",)),
            Countdown(at + timedelta(hours=30), 1, ("1.4.2.1(1)",)),
        ),
        reports=({"clause": "4.1.2.4", "from": "province", "to": "head_office", "speed": "立即"},),
        is_event=False,
        estimate_owed=True,
    )


def advice(at: datetime) -> dict[str, Any]:
    """What `hecha grade` says of it."""
    two = {"level": 2, "zh": "重大"}
    return {
        "emergency": True,
        "because": ["1.4.1(3)"],
        "grade": two,
        "reading": "confirmed",
        "clauses": ["1.4.2.2(2)", "1.4.2.3(2)", "1.4.2.3(3)", "1.4.2.4(4)"],
        "decisive": ["1.4.2.2(2)"],
        "readings": {"literal": {"grade": {"level": 3, "zh": "较大"}, "clauses": ["1.4.2.3(1)", "1.4.2.4(4)"]}},
        "horizon": [
            {"at": (at + timedelta(hours=6)).isoformat(), "grade": two, "clauses": ["1.4.2.2(2)", "1.4.2.2(4)"]},
            {
                "at": (at + timedelta(hours=38)).isoformat(),
                "grade": {"level": 1, "zh": "特大"},
                "clauses": ["1.4.2.1(1)"],
            },
        ],
        "decides": {"clause": "4.2.1(1)", "who": "head_office", "area": "33"},
        "reports": [{"clause": "4.1.2.4", "from": "province", "to": "head_office", "speed": "立即"}],
        "measures": [{"clause": "5.1.3", "use": ["5.1.1(2)", "5.1.1(3)"], "cause": "outage", "cities": []}],
        "affected": {"both": 6400, "interface": 2900, "non_interface": 12000},
    }


def only(outlets: Iterable[OutletId], state: State = State.DOWN) -> Picture:
    """Just these outlets are in a state, in all their modes."""
    modes = {
        o: [m for m in Mode if (network().banks[network().outlets[o].bank].access, m) in network().paths]
        for o in outlets
    }
    return picture({o: dict.fromkeys(of, state) for o, of in modes.items()})


def only_bank(bank: str) -> Picture:
    """One bank's core is down: its own fault, which other banks must not see."""
    core = ComponentId(f"bank/{bank}/core")
    alone = only(outlet.id for outlet in network().outlets.values() if outlet.bank == bank)
    own = replace(fault(START, START - timedelta(hours=9)), id="fault-2", components=(core,), is_event=True)
    return replace(alone, faults=(own,), advice={plan().id: advice(START)})
