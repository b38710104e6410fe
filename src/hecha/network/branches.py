"""Which branch of the central bank is the local one (当地分支机构) for an area, as the network's data say."""

from collections.abc import Iterable
from dataclasses import dataclass

from hecha.kernel.ids import AreaCode
from hecha.network.components import province_of
from hecha.network.model import Area, AreaKind, Network


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: its level, the area it stands for, and its unit id."""

    kind: AreaKind
    area: AreaCode
    unit: str


def branch_of(network: Network, code: AreaCode) -> Branch:
    """The local branch of an area: its own, or that of the area above (a district without one; Hangzhou)."""
    area = network.areas[code]
    while not area.local_branch and area.parent is not None:
        area = network.areas[area.parent]
    named = network.areas.get(AreaCode(area.local_branch.rpartition("/")[2]), area)
    return Branch(named.kind, named.code, area.local_branch)


def superior_of(network: Network, branch: Branch) -> Branch | None:
    """The branch above one, or None above the topmost."""
    parent = network.areas[branch.area].parent
    return None if parent is None else branch_of(network, parent)


def covering(network: Network, areas: Iterable[AreaCode]) -> Branch:
    """The lowest branch that covers all of these counties or cities; the province's when there are none."""
    paths = [_upward(network, network.areas[code]) for code in areas]
    if not paths:
        return topmost(network)
    branches = {branch_of(network, path[0]) for path in paths}
    if len(branches) == 1:
        return branches.pop()
    common = [code for code in paths[0] if all(code in path for path in paths)]
    return branch_of(network, common[0]) if common else topmost(network)


def topmost(network: Network) -> Branch:
    """The branch of the (first) province."""
    return branch_of(network, province_of(network, next(iter(network.areas.values()))).code)


def _upward(network: Network, area: Area) -> list[AreaCode]:
    """The area and all above it."""
    path = [area.code]
    while area.parent is not None:
        area = network.areas[area.parent]
        path.append(area.code)
    return path
