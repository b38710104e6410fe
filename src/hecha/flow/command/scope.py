"""Where an order holds: at which counters, and what it prescribes there (5.1). The picture carries it from the moment
an order takes effect.

    shown = in_force(orders)                         `Picture.order_in_force`: every start order in force
    at_outlet(shown, network, outlet)                what holds at one counter, None where no order reaches it
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hecha.command.order import Measure, Order
from hecha.kernel.ids import AreaCode, OutletId
from hecha.network.model import Network, Outlet

DATA_ERROR = "data_error"
Json = dict[str, Any]


def in_force(orders: Iterable[Order]) -> Json | None:
    """All start orders in force as one value, None when there are none; the gravest first."""
    shown = [_shown(one) for one in sorted(orders, key=lambda one: (one.level, one.id)) if one.is_in_force]
    return _together(shown) if shown else None


def at_outlet(shown: Mapping[str, Any] | None, network: Network, outlet: OutletId) -> Mapping[str, Any] | None:
    """What holds at one outlet: measures against an outage where the event is; against a data error wherever the
    ordering group commands, since there the card's authority decides (5.1.3)."""
    if shown is None or "orders" not in shown:
        return shown
    place = network.outlets[outlet]
    found = [one | {"measures": _measures(one, network, place)} for one in shown["orders"]]
    found = [one for one in found if one["measures"]]
    return _together(found) if found else None


def seen_orders(
    shown: Mapping[str, Any] | None, network: Network, own: Iterable[Outlet], bank: str | None
) -> Mapping[str, Any] | None:
    """The orders that reach some of these outlets; of banks only the own one is named."""
    if shown is None or "orders" not in shown:
        return shown
    mine = list(own)
    found = [one for one in shown["orders"] if any(_measures(one, network, place) for place in mine)]
    if bank is not None:
        found = [one | {"banks": [name for name in one["banks"] if name == bank]} for one in found]
    return _together(found) if found else None


def _together(shown: list[Json]) -> Json:
    """What several prescribe together is their union; each is named."""
    measures = {repr(one): one for order in shown for one in order["measures"]}
    return {
        "clause": "、".join(dict.fromkeys(one["clause"] for one in shown)),
        "zh": "；".join(dict.fromkeys(one["zh"] for one in shown)),
        "measures": list(measures.values()),
        "orders": shown,
    }


def _shown(order: Order) -> Json:
    return {
        "id": order.id,
        "number": order.number,
        "incident": order.incident,
        "unit": order.unit,
        "group": order.group,
        "level": order.level,
        "clause": order.clause,
        "zh": f"启动{order.level_zh}事件应急处置办法（{order.number}）",
        "published": order.published.isoformat() if order.published else None,
        "areas": list(order.areas),
        "banks": list(order.banks),
        "measures": [_measure(one) for one in order.measures],
    }


def _measure(one: Measure) -> Json:
    return {
        "clause": one.clause,
        "cause": one.cause,
        "use": list(one.use),
        "cities": list(one.cities),
        "card_authority": one.card_authority,
        "exception": one.exception,
    }


def _measures(order: Mapping[str, Any], network: Network, place: Outlet) -> list[Json]:
    """The measures of one order that hold at a place."""
    path = _upward(network, place.county)
    if not _commands(order, path):
        return []
    hit = (not order["areas"] or any(code in path for code in order["areas"])) and (
        not order["banks"] or place.bank in order["banks"]
    )
    return [one for one in order["measures"] if hit or one["cause"] == DATA_ERROR]


def _commands(order: Mapping[str, Any], path: list[AreaCode]) -> bool:
    """Whether the place lies in the ordering unit's area."""
    kind, _, code = str(order["unit"]).partition("/")
    return kind != "pbc" or code in path


def _upward(network: Network, county: AreaCode) -> list[AreaCode]:
    found: list[AreaCode] = []
    here: AreaCode | None = county
    while here is not None and here in network.areas and here not in found:
        found.append(here)
        here = network.areas[here].parent
    return found
