"""The branches of the central bank as they stand at the units' moment: terms of units (2.1) applied to the network.

`hecha.network.branches.Branches` knows areas and which branch is local to each; when a branch has been closed, founded
or put under another (the reform of 2023), the areas are told so here.
"""

from dataclasses import replace

from hecha.kernel.ids import UnitId
from hecha.network.branches import Branches
from hecha.network.model import Area, Network
from hecha.organization.units import HEAD_OFFICE, Units, branch_unit


def standing_branches(network: Network, units: Units) -> Branches:
    """The branches at the moment of `units`."""
    if not units.terms:
        return Branches(network)
    areas = {code: _standing(area, units) for code, area in network.areas.items()}
    return Branches(replace(network, areas=areas))


def _standing(area: Area, units: Units) -> Area:
    """The area with its branch, if that is there; one right under head office has no area above it."""
    own = area.local_branch or str(branch_unit(area.code))
    if not units.exists(UnitId(own)):
        return replace(area, local_branch="")
    is_apart = units.superior(UnitId(own)) == HEAD_OFFICE
    return replace(area, local_branch=own, parent=None if is_apart else area.parent)
