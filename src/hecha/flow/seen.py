"""What one person sees of the picture: the own institution and below, and what all share.

`seen(picture, network, sight)` gives a picture of the same form. Where only the shared components of an area are
visible, its tallies are empty (`total` 0) and its state is that of its lines. The province-wide grade is shown to a
bank when a fault that it may see has part in it; counts are always of the own outlets.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import replace
from typing import Any

from hecha.flow.command.scope import seen_orders
from hecha.flow.declare import Declaration
from hecha.flow.maintenance import Window
from hecha.flow.picture import CityData, GroupState, Picture, State, Tally, WatchedFault
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, OutletId
from hecha.network.model import Network, Outlet
from hecha.organization.sight import Sight, is_shared

_PLACED = ("county/", "city/", "bank/", "outlet/", "way/", "declared/")
"""Parts behind which only some outlets stand; all stand behind the others."""
_GRAVITY = (State.DOWN, State.IMPAIRED, State.UNKNOWN, State.MAINTENANCE)


def own_outlets(network: Network, sight: Sight) -> list[Outlet]:
    """The outlets that this person sees; they do not change while the network stands."""
    return [outlet for outlet in network.outlets.values() if sight.sees_outlet(outlet.id)]


def seen(picture: Picture, network: Network, sight: Sight, outlets: list[Outlet] | None = None) -> Picture:
    """The picture reduced to what this person may see. `outlets`: their own ones, when known already."""
    if sight.everything:
        return picture
    own = own_outlets(network, sight) if outlets is None else outlets
    not_up = {o.id: picture.outlets_not_up[o.id] for o in own if o.id in picture.outlets_not_up}
    declarations = _declarations(picture.declarations, {one.id for one in own})
    said = {ComponentId(f"declared/{one.id}"): frozenset(one.outlets) for one in declarations}
    concerning = (_mine(fault, sight, said) for fault in picture.faults)
    behind = _behind(network, not_up, said)
    faults = tuple(_counted(fault, not_up, behind) for fault in concerning if fault.components)
    return replace(
        picture,
        cities=_areas(picture, picture.cities, _by_city(network, own), network, "city"),
        counties=_areas(picture, picture.counties, _by_county(own), network, "county"),
        banks=_banks(picture, own, network, sight),
        components={name: state for name, state in picture.components.items() if sight.sees_component(name)},
        outlets_not_up=not_up,
        faults=faults,
        advice=_advice(picture, faults, sight, network, not_up),
        if_unknown_were_down=picture.if_unknown_were_down if _is_central(sight) else None,
        data=picture.data if _is_central(sight) else _suspected(picture.data),
        declarations=declarations,
        planned=_planned(picture.planned, sight),
        order_in_force=seen_orders(picture.order_in_force, network, own, sight.bank),
    )


def tally(outlets: Iterable[Outlet], picture: Picture, network: Network, name: str) -> GroupState:
    """One group's tallies, counted from the outlets that are not up."""
    counts: dict[Mode, dict[State, int]] = {mode: defaultdict(int) for mode in Mode}
    total = no_mode = 0
    for outlet in outlets:
        access, states = network.banks[outlet.bank].access, picture.outlets_not_up.get(outlet.id, {})
        own = [mode for mode in Mode if (access, mode) in network.paths]
        for mode in own:
            counts[mode][states.get(mode, State.UP)] += 1
        total += 1
        no_mode += bool(own) and all(states.get(mode) is State.DOWN for mode in own)
    modes = {mode: _tally(of) for mode, of in counts.items()}
    return GroupState(name, modes, no_mode, total, _state(modes, no_mode, total))


def _tally(of: Mapping[State, int]) -> Tally:
    known = {state: of.get(state, 0) for state in State}
    return Tally(sum(known.values()), known[State.UP], known[State.IMPAIRED], known[State.DOWN], known[State.UNKNOWN])


def _state(modes: Mapping[Mode, Tally], no_mode: int, total: int) -> State:
    if total and no_mode == total:
        return State.DOWN
    if any(tally.down or tally.impaired for tally in modes.values()):
        return State.IMPAIRED
    ways = sum(tally.total for tally in modes.values())
    if ways and 2 * sum(tally.unknown for tally in modes.values()) >= ways:
        return State.UNKNOWN
    return State.UP


def _by_county(own: Iterable[Outlet]) -> Mapping[AreaCode, list[Outlet]]:
    groups: dict[AreaCode, list[Outlet]] = defaultdict(list)
    for outlet in own:
        groups[outlet.county].append(outlet)
    return groups


def _by_city(network: Network, own: Iterable[Outlet]) -> Mapping[AreaCode, list[Outlet]]:
    groups: dict[AreaCode, list[Outlet]] = defaultdict(list)
    for outlet in own:
        groups[network.city_of(outlet.county)].append(outlet)
    return groups


def _areas(
    picture: Picture,
    all_of: Mapping[AreaCode, GroupState],
    own: Mapping[AreaCode, list[Outlet]],
    network: Network,
    kind: str,
) -> dict[AreaCode, GroupState]:
    found: dict[AreaCode, GroupState] = {}
    for code in all_of:
        if own.get(code):
            found[code] = tally(own[code], picture, network, code)
        else:
            found[code] = GroupState(code, {mode: Tally() for mode in Mode}, 0, 0, _line(picture, network, kind, code))
    return found


def _line(picture: Picture, network: Network, kind: str, code: AreaCode) -> State:
    """An area of which only the lines are seen: the worse of its own and that of the city above."""
    names = [f"{kind}/{code}/line"] + ([f"city/{network.city_of(code)}/line"] if kind == "county" else [])
    states = {picture.components[ComponentId(name)].state for name in names if name in picture.components}
    return next((state for state in _GRAVITY if state in states), State.UP)


def _banks(picture: Picture, own: list[Outlet], network: Network, sight: Sight) -> dict[BankId, GroupState]:
    groups: dict[BankId, list[Outlet]] = defaultdict(list)
    for outlet in own:
        groups[outlet.bank].append(outlet)
    return {bank: tally(groups[bank], picture, network, bank) for bank in picture.banks if groups.get(bank)}


def _declarations(all_of: Iterable[Declaration], own: Set[OutletId]) -> tuple[Declaration, ...]:
    """Those that speak of outlets that are seen, reduced to these."""
    mine = (replace(one, outlets=tuple(outlet for outlet in one.outlets if outlet in own)) for one in all_of)
    return tuple(one for one in mine if one.outlets)


def _planned(windows: Iterable[Window], sight: Sight) -> tuple[Window, ...]:
    """Planned work on components that are seen, reduced to these."""
    own = (replace(one, components=tuple(filter(sight.sees_component, one.components))) for one in windows)
    return tuple(one for one in own if one.components)


def _mine(fault: WatchedFault, sight: Sight, said: Container[ComponentId]) -> WatchedFault:
    """Only the components that are seen, and the declarations `said` that are."""
    mine = tuple(name for name in fault.components if name in said or sight.sees_component(name))
    return replace(fault, components=mine, suspected=tuple(filter(sight.sees_component, fault.suspected)))


def _behind(
    network: Network, not_up: Iterable[OutletId], said: Mapping[ComponentId, frozenset[OutletId]]
) -> dict[str, Set[OutletId]]:
    """The own outlets in trouble that stand behind a line, a core, an own part or a declaration."""
    found: dict[str, set[OutletId]] = defaultdict(set)
    for name in not_up:
        place = network.outlets[name]
        keys = (f"county/{place.county}", f"city/{network.city_of(place.county)}", f"bank/{place.bank}")
        for key in (*keys, f"outlet/{name}", f"way/{name}"):
            found[key].add(name)
    found.update((str(name), set(outlets)) for name, outlets in said.items())
    return dict(found)


def _counted(
    fault: WatchedFault, not_up: Mapping[OutletId, Mapping[Mode, State]], behind: Mapping[str, Set[OutletId]]
) -> WatchedFault:
    """How many outlets are down is counted among the own ones that the fault can reach."""
    keys = [name if name in behind else "/".join(name.split("/")[:2]) for name in fault.components]
    if any(key.startswith(_PLACED) for key in keys):
        reached: Set[OutletId] = {outlet for key in keys for outlet in behind.get(key, ())}
    else:
        reached = not_up.keys()
    of = [not_up[outlet] for outlet in reached if outlet in not_up]
    down = {mode: sum(states.get(mode) is State.DOWN for states in of) for mode in Mode}
    return replace(fault, outlets_down={mode: min(count, down[mode]) for mode, count in fault.outlets_down.items()})


def _suspected(data: Mapping[AreaCode, CityData]) -> dict[AreaCode, CityData]:
    """What a bank is told of data errors: which cities, without counts over all banks."""
    named = {code: one for code, one in data.items() if one.declared or one.suspicious}
    return {code: replace(one, asked=0, mismatched=0, not_found=0) for code, one in named.items()}


def _is_central(sight: Sight) -> bool:
    return sight.bank is None


def _advice(
    picture: Picture,
    faults: tuple[WatchedFault, ...],
    sight: Sight,
    network: Network,
    not_up: Mapping[OutletId, Mapping[Mode, State]],
) -> dict[str, Mapping[str, Any]]:
    """The grade, for the central bank always, for a bank when something shared has part in it."""
    shared = any(is_shared(component) for fault in faults for component in fault.components)
    if not (_is_central(sight) or shared):
        return {}
    own = {mode.value: sum(states.get(mode) is State.DOWN for states in not_up.values()) for mode in Mode}
    both = sum(_is_dark(network, outlet, states) for outlet, states in not_up.items())
    return {plan: {**advice, "affected": {"both": both, **own}} for plan, advice in picture.advice.items()}


def _is_dark(network: Network, outlet: OutletId, states: Mapping[Mode, State]) -> bool:
    access = network.banks[network.outlets[outlet].bank].access
    own = [mode for mode in Mode if (access, mode) in network.paths]
    return all(states.get(mode) is State.DOWN for mode in own)
