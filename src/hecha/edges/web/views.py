"""Views: the picture as each unit sees it, worked out once per change for all who see the same."""

from collections import OrderedDict
from dataclasses import replace

from hecha.flow.picture import Picture
from hecha.flow.seen import own_outlets, seen
from hecha.kernel.ids import UnitId
from hecha.network.model import Network, Outlet
from hecha.organization.sight import Sight

UNITS_MAX = 500  # of which the last view is kept


class Views:
    """What is seen depends on the unit alone, never on the person, so it is kept by unit."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._kept: OrderedDict[UnitId, tuple[Picture, Picture, list[Outlet]]] = OrderedDict()

    def of(self, picture: Picture, sight: Sight) -> Picture:
        """The picture reduced to what this person may see."""
        if sight.everything:
            return picture
        unit = sight.principal.unit
        whole, view, outlets = self._kept.get(unit) or (None, picture, own_outlets(self._network, sight))
        if whole is None or not _same(whole, picture):
            view = seen(picture, self._network, sight, outlets)
        elif whole.at != picture.at:
            view = replace(view, at=picture.at)
        self._kept[unit] = (picture, view, outlets)
        self._kept.move_to_end(unit)
        if len(self._kept) > UNITS_MAX:
            self._kept.popitem(last=False)
        return view


def _same(one: Picture, other: Picture) -> bool:
    """Whether only the moment has moved on: the watch loop then keeps every part as it is."""
    parts = ("outlets_not_up", "components", "faults", "advice", "if_unknown_were_down", "data", "order_in_force",
             "declarations", "data_errors", "judgements", "planned")  # fmt: skip
    return all(getattr(one, part) is getattr(other, part) for part in parts)
