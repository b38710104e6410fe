"""One root cause is one fault: which lost parts belong together, whose they are, and to whom a warning is reported."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hecha.flow.diagnose import owner_of, province_unit, siblings
from hecha.kernel.ids import ComponentId, OutletId
from hecha.network.model import Network
from hecha.organization.units import HEAD_OFFICE, Units
from hecha.plan.model import Plan, WarningLeg


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


def warning_route(plan: Plan, network: Network, components: Iterable[ComponentId]) -> tuple[Mapping[str, str], ...]:
    """The report route of a warning, as the plan has it (3.2.3): a bank tells the local branch's group, branch staff
    tell their own group's office. One leg for each owner, in the form of `reports` of the grading, with the units,
    and who reports (`sender`: staff, bank) to whom (`receiver`: office, local)."""
    by_sender = {leg.sender: leg for leg in plan.warnings}
    legs: dict[tuple[str, str], Mapping[str, str]] = {}
    for component in components:
        owner = owner_of(network, component)
        leg = by_sender.get("bank" if owner.startswith("bank/") else "staff")
        if leg is not None:
            source = owner if leg.sender == "bank" else _inside(network, owner)
            to = _local_branch(network, component, owner) if leg.sender == "bank" else source
            legs[source, to] = _leg(network, leg, source, to)
    return tuple(legs.values())


def _leg(network: Network, leg: WarningLeg, owner: str, to: str) -> Mapping[str, str]:
    return {
        "clause": leg.clause,
        "from": "bank" if leg.sender == "bank" else _level(network, owner),
        "to": _level(network, to),
        "speed": leg.speed,
        "sender": leg.sender,
        "receiver": leg.receiver,
        "from_unit": owner,
        "to_unit": to,
    }


def _inside(network: Network, unit: str) -> str:
    """The branch that notices what goes wrong: the plan speaks to those inside the province (1.3), so the province's
    for what head office owns."""
    return province_unit(network) if unit == HEAD_OFFICE else unit


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
