"""The situation as JSON: the picture, cut to what the person may see."""

from collections.abc import Mapping, Set
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from hecha.flow.picture import Picture, WatchedFault
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight


def situation(network: Network, picture: Picture, principal: Principal) -> dict[str, Any]:
    """`GET /v1/situation`: shared components and areas for everyone, banks and outlets as sight allows."""
    sight = Sight(network, principal)
    declared = {f"declared/{one.id}" for one in picture.declarations if any(map(sight.sees_outlet, one.outlets))}
    outlets = {id: modes for id, modes in picture.outlets_not_up.items() if sight.sees_outlet(id)}
    return {
        "at": plain(picture.at),
        "serial": picture.serial,
        "components": {id: plain(one) for id, one in picture.components.items() if sight.sees_component(id)},
        "cities": {code: plain(one) for code, one in picture.cities.items()},
        "counties": {code: plain(one) for code, one in picture.counties.items()},
        "banks": {id: plain(one) for id, one in picture.banks.items() if sight.sees_bank(id)},
        "outlets_not_up": plain(outlets),
        "faults": [_fault(one, mine) for one in picture.faults if (mine := _mine(one, sight, declared))],
        "advice": plain(picture.advice),
        "if_unknown_were_down": plain(picture.if_unknown_were_down),
        "data": plain(picture.data),
        "order_in_force": plain(picture.order_in_force),
    }


def _mine(fault: WatchedFault, sight: Sight, declared: Set[str]) -> list[str]:
    """The parts of a fault that are seen: components, and what was declared of outlets that are."""
    return [name for name in fault.components if name in declared or sight.sees_component(name)]


def _fault(fault: WatchedFault, components: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = plain(fault)
    return shown | {"components": components}


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
