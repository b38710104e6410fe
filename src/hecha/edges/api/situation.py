"""The situation as JSON: the picture, cut to what the person may see."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from hecha.flow.picture import Picture
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight


def situation(network: Network, picture: Picture, principal: Principal) -> dict[str, Any]:
    """`GET /v1/situation`: shared components and areas for everyone, banks and outlets as sight allows."""
    sight = Sight(network, principal)
    outlets = {id: modes for id, modes in picture.outlets_not_up.items() if sight.sees_outlet(id)}
    return {
        "at": plain(picture.at),
        "serial": picture.serial,
        "components": {id: plain(one) for id, one in picture.components.items() if sight.sees_component(id)},
        "cities": {code: plain(one) for code, one in picture.cities.items()},
        "counties": {code: plain(one) for code, one in picture.counties.items()},
        "banks": {id: plain(one) for id, one in picture.banks.items() if sight.sees_bank(id)},
        "outlets_not_up": plain(outlets),
        "faults": [_fault(one, sight) for one in picture.faults if _sees_fault(one, sight)],
        "advice": plain(picture.advice),
        "if_unknown_were_down": plain(picture.if_unknown_were_down),
        "data": plain(picture.data),
        "order_in_force": plain(picture.order_in_force),
    }


def _sees_fault(fault: Any, sight: Sight) -> bool:
    return any(sight.sees_component(component) for component in fault.components)


def _fault(fault: Any, sight: Sight) -> dict[str, Any]:
    shown: dict[str, Any] = plain(fault)
    shown["components"] = [component for component in fault.components if sight.sees_component(component)]
    return shown


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
