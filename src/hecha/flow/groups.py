"""One root cause is one fault: which lost parts belong together, whose they are, and to whom a warning is reported."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hecha.flow.diagnose import owner_of, siblings
from hecha.kernel.ids import ComponentId, OutletId
from hecha.network.model import Network
from hecha.organization.units import Units


class Grouping:
    """Names the fault that a lost part belongs to."""

    def __init__(self, network: Network) -> None:
        self._siblings = siblings(network)

    def subject(self, key: ComponentId) -> str:
        """Alternatives of one redundant group are one fault, so are the parts of one outlet; others stand alone."""
        if key in self._siblings:
            return "|".join(self._siblings[key])
        head, _, rest = key.partition("/")
        if head in ("outlet", "way"):
            return f"outlet/{rest.partition('/')[0]}"
        return key

    def grouped(self, keys: Iterable[ComponentId]) -> dict[str, list[ComponentId]]:
        found: dict[str, list[ComponentId]] = {}
        for key in keys:
            found.setdefault(self.subject(key), []).append(key)
        return found


def warning_id(subject: str, since: datetime) -> str:
    """A name that says when and what, fit for an address: `W202603120010-front.a+front.b`."""
    return f"W{since:%Y%m%d%H%M%S}-{subject.replace('/', '.').replace('|', '+')}"[:160]


def warning_route(network: Network, components: Iterable[ComponentId]) -> tuple[Mapping[str, Any], ...]:
    """The report route of a warning (3.2.3): a bank tells the local branch's group (3), branch staff tell their own
    group's office (1). One leg for each owner, in the form of `reports` of the grading."""
    legs: dict[tuple[str, str], dict[str, Any]] = {}
    for component in components:
        owner = owner_of(network, component)
        leg = _leg(network, component, owner)
        legs[(leg["clause"], leg["to_unit"] + owner)] = leg
    return tuple(legs.values())


def _leg(network: Network, component: ComponentId, owner: str) -> dict[str, Any]:
    if not owner.startswith("bank/"):
        level = _level(network, owner)
        return {"clause": "3.2.3(1)", "from": level, "to": level, "speed": "立即", "from_unit": owner, "to_unit": owner}
    branch = _local_branch(network, component, owner)
    to = _level(network, branch)
    return {"clause": "3.2.3(3)", "from": "bank", "to": to, "speed": "及时", "from_unit": owner, "to_unit": branch}


def _local_branch(network: Network, component: ComponentId, owner: str) -> str:
    """The branch where the outlet is; for a bank's core, where its first outlet is (its seat is not known)."""
    units, name = Units(network), component.split("/")[1]
    outlet = network.outlets.get(OutletId(name)) if component.startswith(("outlet/", "way/")) else None
    if outlet is None:
        bank = owner.removeprefix("bank/")
        outlet = next((one for one in network.outlets.values() if one.bank == bank), None)
    return str(units.local_branch(outlet.county)) if outlet else "head_office"


def _level(network: Network, unit: str) -> str:
    """province, city, county or head_office of a central-bank unit."""
    area = network.areas.get(unit.removeprefix("pbc/"))  # type: ignore[call-overload]
    return str(area.kind) if area is not None else "head_office"
