"""Evidence for a grade (n of N): how many outlets are out in each mode, whole groups that are, and who still works.

"All outlets" turns on single outlets, so where only a few still work they are named: they keep the clause from
being met; and where a whole city or bank is out, it is named: it is the witness.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hecha.edges.web.pages.tallies import totals
from hecha.edges.web.visit import Visit
from hecha.flow.picture import ComponentState, GroupState, State, Tally
from hecha.kernel.ids import ComponentId, Mode, OutletId
from hecha.network.model import Outlet
from hecha.organization.sight import is_shared

SURVIVORS_MAX = 20
NAMED_MAX = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """`survivors`: outlets that still work in a mode, where they are few; `whole_*`: groups with no mode left."""

    totals: Mapping[Mode, Tally]
    survivors: Mapping[Mode, tuple[Outlet, ...]]
    whole_cities: tuple[str, ...]
    whole_banks: tuple[str, ...]
    causes: tuple[ComponentState, ...]


def evidence(visit: Visit) -> Evidence:
    """From the picture that this person may see."""
    picture = visit.picture
    found = totals(picture)
    return Evidence(
        totals=found,
        survivors={mode: _survivors(visit, mode) for mode, tally in found.items() if _few(tally)},
        whole_cities=_whole(picture.cities),
        whole_banks=_whole(picture.banks),
        causes=tuple(one for one in picture.components.values() if _is_cause(one))[:NAMED_MAX],
    )


def _few(tally: Tally) -> bool:
    return tally.down > 0 and 0 < tally.total - tally.down <= SURVIVORS_MAX


def _survivors(visit: Visit, mode: Mode) -> tuple[Outlet, ...]:
    network, not_up = visit.site.network, visit.picture.outlets_not_up

    def works(outlet: Outlet) -> bool:
        has = (network.banks[outlet.bank].access, mode) in network.paths
        return has and not_up.get(OutletId(outlet.id), {}).get(mode) is not State.DOWN

    return tuple(o for o in network.outlets.values() if works(o) and visit.sight.sees_outlet(o.id))


def _whole(groups: Mapping[Any, GroupState]) -> tuple[str, ...]:
    return tuple(name for name, group in groups.items() if group.total and group.no_mode == group.total)


def _is_cause(one: ComponentState) -> bool:
    return one.state is State.DOWN and (is_shared(ComponentId(one.id)) or one.id.startswith("bank/"))
