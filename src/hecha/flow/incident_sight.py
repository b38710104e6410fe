"""Who sees an incident: those it hits, those above them, and everyone where shared parts failed (what they may see)."""

from dataclasses import replace

from hecha.incident.event import Incident
from hecha.kernel.ids import AreaCode, BankId, ComponentId
from hecha.organization.sight import Sight, is_shared


def sees_incident(sight: Sight, incident: Incident) -> bool:
    """Head office and province see all; a branch those in its area; a bank those that hit it; all what is shared, and
    what a person entered for the whole province. Whom it has hit once goes on seeing it while outlets come back."""
    if sight.everything or any(is_shared(ComponentId(name)) for name in incident.components):
        return True
    reach = incident.reach
    if sight.bank is not None and (reach.banks or incident.components):
        return sight.bank in reach.banks
    if not reach.areas:
        return not incident.components
    return sight.meets(AreaCode(code) for code in reach.areas)


def reduced(sight: Sight, incident: Incident) -> Incident:
    """Without other banks, and without components that are another institution's own."""
    if sight.everything:
        return incident
    banks = tuple((bank, area) for bank, area in incident.extent.banks if _sees_bank(sight, bank, area))
    lost = tuple(bank for bank in incident.extent.lost if sight.sees_bank(BankId(bank)))
    components = tuple(name for name in incident.components if sight.sees_component(ComponentId(name)))
    return replace(incident, components=components, extent=replace(incident.extent, banks=banks, lost=lost))


def _sees_bank(sight: Sight, bank: str, area: str) -> bool:
    return sight.sees_bank(BankId(bank)) or (sight.bank is None and sight.sees_area(AreaCode(area)))
