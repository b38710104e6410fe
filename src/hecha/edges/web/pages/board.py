"""`/` the board (全省态势): the schematic, what is watched, the present grade, and whether it is only us."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from hecha.edges.web.layout import place
from hecha.edges.web.pages.grading import strip
from hecha.edges.web.pages.standing import by_part
from hecha.edges.web.pages.tallies import state_of, totals
from hecha.edges.web.visit import Visit
from hecha.flow.picture import ComponentState, GroupState, Picture, State, Tally
from hecha.kernel.ids import AreaCode, ComponentId, Mode
from hecha.network.model import Area, AreaKind, Network
from hecha.organization.sight import is_shared

VIEWS = ("all", "interface", "non_interface")
"""`all`: a tile is down when its outlets have no working mode left."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A county on the schematic. `lost` of `total` outlets cannot verify in the chosen view."""

    area: Area
    state: State
    lost: int
    total: int


@dataclass(frozen=True, slots=True)
class Card:
    """A city with its counties."""

    area: Area
    state: State
    lost: int
    total: int
    tiles: tuple[Tile, ...]
    place: str


async def board(visit: Visit) -> Response:
    view = visit.query("mode") if visit.query("mode") in VIEWS else "all"
    picture = visit.picture
    return visit.show(
        "board.html",
        view=view,
        picture=picture,
        cards=cards(visit.site.network, picture, view),
        shared=troubled(picture.components.values()),
        silent=silent(picture.components.values()),
        strip=strip(visit),
        said=by_part(picture),
        totals=totals(picture),
        quiet=is_quiet(totals(picture).values()),
        data=[city for city in picture.data.values() if city.suspicious or city.declared],
    )


def is_quiet(tallies: Iterable[Tally]) -> bool:
    """Whether little is known yet, as in the first minutes: then the tiles say nothing of outages."""
    counts = [(tally.unknown, tally.total) for tally in tallies]
    return 2 * sum(unknown for unknown, _ in counts) > sum(total for _, total in counts)


def cards(network: Network, picture: Picture, view: str) -> list[Card]:
    """All cities with their counties, in the order of their codes."""
    counties: dict[AreaCode, list[Tile]] = {}
    for area in sorted(network.areas.values(), key=lambda each: each.code):
        if area.kind is AreaKind.COUNTY and area.parent is not None:
            counties.setdefault(area.parent, []).append(_tile(area, picture.counties.get(area.code), view))
    cities = [area for area in network.areas.values() if area.kind is AreaKind.CITY]
    return [_card(area, picture, view, tuple(counties.get(area.code, ()))) for area in cities]


def _card(area: Area, picture: Picture, view: str, tiles: tuple[Tile, ...]) -> Card:
    whole = _tile(area, picture.cities.get(area.code), view)
    return Card(area, whole.state, whole.lost, whole.total, tiles, place(area.code))


def _tile(area: Area, group: GroupState | None, view: str) -> Tile:
    if group is None:
        return Tile(area, State.UNKNOWN, 0, 0)
    if group.total == 0:  # only the lines are seen
        return Tile(area, group.state, 0, 0)
    if view == "all":
        return Tile(area, group.state, group.no_mode, group.total)
    tally = group.modes.get(Mode(view), Tally())
    return Tile(area, state_of(tally), tally.down, tally.total)


def troubled(components: Iterable[ComponentState]) -> list[ComponentState]:
    """Shared components that are down or impaired: the answer to "is it only us?"."""
    bad = (State.DOWN, State.MAINTENANCE, State.IMPAIRED)
    found = [one for one in components if is_shared(ComponentId(one.id)) and one.state in bad]
    return sorted(found, key=lambda one: bad.index(one.state))


def silent(components: Iterable[ComponentState]) -> int:
    """How many shared components nothing is known of: then "it is not the shared part" cannot be said."""
    return sum(is_shared(ComponentId(one.id)) and one.state is State.UNKNOWN for one in components)
