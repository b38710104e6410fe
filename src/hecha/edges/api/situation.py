"""The situation as JSON: the picture, cut to what the person may see."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from hecha.flow.picture import Picture
from hecha.flow.seen import seen
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight


def situation(network: Network, picture: Picture, principal: Principal) -> dict[str, Any]:
    """`GET /v1/situation`: the same as the console shows this person, and nothing else (`hecha.flow.seen`)."""
    view = seen(picture, network, Sight(network, principal))
    return {
        "at": plain(view.at),
        "serial": view.serial,
        "components": plain(view.components),
        "cities": plain(view.cities),
        "counties": plain(view.counties),
        "banks": plain(view.banks),
        "outlets_not_up": plain(view.outlets_not_up),
        "faults": plain(view.faults),
        "advice": plain(view.advice),
        "if_unknown_were_down": plain(view.if_unknown_were_down),
        "data": plain(view.data),
        "order_in_force": plain(view.order_in_force),
    }


def plain(value: Any) -> Any:
    """JSON values of our values: dataclasses as objects, moments as RFC 3339, enums as their words."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return value
