"""`/network` the chain (核查链路), `/areas`, `/banks`, `/outlets`: each hop's state, latency and route in use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from starlette.responses import Response

from hecha.edges.web.pages.standing import declared_of
from hecha.edges.web.pages.tallies import state_of
from hecha.edges.web.visit import Visit
from hecha.flow.picture import ComponentState, Picture, State
from hecha.flow.seen import tally
from hecha.kernel.errors import NotThere
from hecha.kernel.ids import AreaCode, BankId, ComponentId, Mode, OutletId
from hecha.network.model import AllOf, AnyOf, AreaKind, Expression, Network, Outlet, Part
from hecha.organization.sight import is_shared

FOUND_MAX = 50
ROWS_MAX = 200
TROUBLE = (State.DOWN, State.IMPAIRED, State.MAINTENANCE)

# The drawing: columns from the counter to the police source. (component, column, row)
NODES: tuple[tuple[str, int, float], ...] = (
    ("account-system", 0, 0),
    ("credit-system", 0, 1),
    ("direct-login", 0, 2),
    ("cores", 0, 3.4),
    ("front/a", 1, 0.5),
    ("front/b", 1, 1.5),
    ("channel/production", 2, 0.5),
    ("channel/backup", 2, 1.5),
    ("interface-service", 3, 2.4),
    ("hq-interconnect", 2, 3.4),
    ("relay", 4, 1),
    ("police", 5, 1),
)
LINKS: tuple[tuple[str, str], ...] = (
    *(
        (entrance, front)
        for entrance in ("account-system", "credit-system", "direct-login", "cores")
        for front in ("front/a", "front/b")
    ),
    *((front, channel) for front in ("front/a", "front/b") for channel in ("channel/production", "channel/backup")),
    ("channel/production", "relay"),
    ("channel/backup", "relay"),
    ("channel/production", "interface-service"),
    ("channel/backup", "interface-service"),
    ("cores", "hq-interconnect"),
    ("hq-interconnect", "interface-service"),
    ("interface-service", "relay"),
    ("relay", "police"),
)
WIDTH, HEIGHT, STEP_X, STEP_Y = 172, 72, 208, 92


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the drawing."""

    id: str
    x: int
    y: int
    state: State
    ms: float | None
    in_use: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A line between two boxes; `live` when both ends work and the farther one is in use."""

    x1: int
    y1: int
    x2: int
    y2: int
    live: bool
    broken: bool


async def network(visit: Visit) -> Response:
    picture = visit.picture
    nodes = _nodes(picture)
    query = visit.query("q")
    return visit.show(
        "network.html",
        picture=picture,
        nodes=nodes,
        links=_links(nodes),
        size=(max(node.x for node in nodes.values()) + WIDTH + 4, max(node.y for node in nodes.values()) + HEIGHT + 4),
        box=(WIDTH, HEIGHT),
        shared=[one for one in picture.components.values() if _is_chain(one.id)],
        lines=[one for one in picture.components.values() if _is_line(one)],
        own=_own(picture, troubled=True),
        rest=_own(picture, troubled=False),
        query=query,
        found=_search(visit, query) if query else None,
        banks=[bank for bank in visit.site.network.banks.values() if visit.sight.sees_bank(bank.id)],
    )


async def area(visit: Visit) -> Response:
    code = AreaCode(visit.request.path_params["code"])
    place, picture = visit.site.network.areas.get(code), visit.picture
    group = picture.cities.get(code) or picture.counties.get(code)
    if place is None or (group is None and place.kind is not AreaKind.PROVINCE):
        raise NotThere("没有这个地区。请从态势图中选择")
    if group is None:
        return visit.go("/")
    counties = [each for each in visit.site.network.areas.values() if each.parent == code]
    own = [o for o in visit.site.network.outlets.values() if o.county == code and visit.sight.sees_outlet(o.id)]
    return visit.show(
        "area.html",
        area=place,
        group=group,
        counties=[(each, picture.counties[each.code]) for each in counties if each.code in picture.counties],
        said=declared_of(picture, _outlets_in(visit.site.network, code)),
        components=_components(picture, _area_parts(place.kind, code, visit.site.network)),
        outlets=_rows(own, picture, visit.site.network),
        more=max(0, len(own) - ROWS_MAX),
        city=visit.site.network.areas.get(place.parent) if place.parent else None,
        branch=visit.site.units.local_branch(code),
        state_of=state_of,
    )


async def bank(visit: Visit) -> Response:
    code = BankId(visit.request.path_params["id"])
    visit.sight.require_bank(code)
    everything = visit.site.network
    own = [o for o in everything.outlets.values() if o.bank == code]
    return visit.show(
        "bank.html",
        bank=everything.banks[code],
        said=declared_of(visit.picture, (o.id for o in own)),
        group=tally(own, visit.picture, everything, code),
        outlets=_rows(own, visit.picture, everything),
        more=max(0, len(own) - ROWS_MAX),
        components=_components(visit.picture, [ComponentId(f"bank/{code}/core")]),
        ways=_ways(everything, everything.banks[code].access),
        state_of=state_of,
    )


async def outlet(visit: Visit) -> Response:
    code = OutletId(visit.request.path_params["id"])
    visit.sight.require_outlet(code)
    everything = visit.site.network
    found = everything.outlets[code]
    access = everything.banks[found.bank].access
    states = visit.picture.outlets_not_up.get(code, {})
    modes = {mode: states.get(mode, State.UP) for mode in Mode if (access, mode) in everything.paths}
    parts = {part for way in _ways(everything, access).values() for part in _parts(way)}
    names = [ComponentId(_fill(part, found, everything)) for part in sorted(parts)]
    return visit.show(
        "outlet.html",
        outlet=found,
        said=declared_of(visit.picture, [code]),
        modes=modes,
        components=_components(visit.picture, names),
        branch=visit.site.units.local_branch(found.county),
    )


def _outlets_in(network: Network, area: AreaCode) -> Iterable[OutletId]:
    """Of a county or a city."""
    return (o.id for o in network.outlets.values() if area in (o.county, network.city_of(o.county)))


def _nodes(picture: Picture) -> dict[str, Node]:
    found = {}
    for name, column, row in NODES:
        one = picture.components.get(ComponentId(name)) or ComponentState(ComponentId(name), State.UNKNOWN)
        state = _cores(picture) if name == "cores" else one.state
        found[name] = Node(name, 2 + column * STEP_X, int(2 + row * STEP_Y), state, one.ms, one.in_use)
    return found


def _cores(picture: Picture) -> State:
    """All bank cores that are seen, as one box."""
    cores = [one.state for one in picture.components.values() if one.id.startswith("bank/")]
    if not cores:
        return State.UNKNOWN
    if all(state is State.DOWN for state in cores):
        return State.DOWN
    if any(state in TROUBLE for state in cores):
        return State.IMPAIRED
    return State.UNKNOWN if 2 * cores.count(State.UNKNOWN) >= len(cores) else State.UP


def _links(nodes: Mapping[str, Node]) -> list[Link]:
    return [_link(nodes[left], nodes[right]) for left, right in LINKS]


def _link(left: Node, right: Node) -> Link:
    broken = State.DOWN in (left.state, right.state)
    paired = ("front/", "channel/")
    idle = any(node.id.startswith(paired) and not node.in_use for node in (left, right))
    middle = HEIGHT // 2
    return Link(left.x + WIDTH, left.y + middle, right.x, right.y + middle, not broken and not idle, broken)


def _is_chain(name: str) -> bool:
    return is_shared(ComponentId(name)) and not name.startswith(("city/", "county/"))


def _is_line(one: ComponentState) -> bool:
    return one.id.startswith(("city/", "county/")) and one.state is not State.UP


def _own(picture: Picture, *, troubled: bool) -> list[ComponentState]:
    """Banks' and outlets' own components that are in trouble, or those that are not."""
    own = (one for one in picture.components.values() if not is_shared(ComponentId(one.id)))
    return list(islice((one for one in own if (one.state in TROUBLE) == troubled), ROWS_MAX))


def _search(visit: Visit, query: str) -> list[tuple[Outlet, Mapping[Mode, State]]]:
    """Outlets whose id or name holds the words, among those that are seen."""
    outlets = visit.site.network.outlets.values()
    hits = (o for o in outlets if (query in o.zh or query in o.id) and visit.sight.sees_outlet(o.id))
    return _rows(islice(hits, FOUND_MAX), visit.picture, visit.site.network)


def _rows(outlets: Iterable[Outlet], picture: Picture, network: Network) -> list[tuple[Outlet, Mapping[Mode, State]]]:
    """Outlets with their state per mode, those in trouble first."""
    ordered = sorted(outlets, key=lambda o: (o.id not in picture.outlets_not_up, o.id))
    return [(o, _modes(o, picture, network)) for o in ordered[:ROWS_MAX]]


def _modes(outlet: Outlet, picture: Picture, network: Network) -> Mapping[Mode, State]:
    access, states = network.banks[outlet.bank].access, picture.outlets_not_up.get(outlet.id, {})
    return {mode: states.get(mode, State.UP) for mode in Mode if (access, mode) in network.paths}


def _components(picture: Picture, names: Iterable[ComponentId]) -> list[ComponentState]:
    """Their states; what is not listed in the picture has shown no trouble."""
    return [picture.components.get(name) or ComponentState(name, State.UNKNOWN) for name in names]


def _area_parts(kind: AreaKind, code: AreaCode, network: Network) -> list[ComponentId]:
    if kind is AreaKind.CITY:
        return [ComponentId(f"city/{code}/line")]
    return [ComponentId(f"county/{code}/line"), ComponentId(f"city/{network.city_of(code)}/line")]


def _ways(network: Network, access: str) -> dict[Mode, Expression]:
    return {mode: way for (kind, mode), way in network.paths.items() if kind == access}


def _parts(way: Expression) -> set[str]:
    if isinstance(way, Part):
        return {way.name}
    assert isinstance(way, AllOf | AnyOf)
    return {name for operand in way.operands for name in _parts(operand)}


def _fill(part: str, outlet: Outlet, network: Network) -> str:
    city = network.city_of(outlet.county)
    province = network.areas[city].parent or ""
    return part.format(outlet=outlet.id, county=outlet.county, city=city, province=province, bank=outlet.bank)
