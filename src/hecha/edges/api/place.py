"""Where a request comes from: the institution and outlet of the person asking, taken from the verified identity."""

from sqlalchemy import ColumnElement, false, or_, true

from hecha.edges.store.tables import delegations, entries
from hecha.kernel.errors import BadInput, NotThere
from hecha.kernel.ids import OutletId
from hecha.network.model import Network
from hecha.organization.principal import Principal
from hecha.organization.sight import Sight


def institution_of(network: Network, principal: Principal) -> str:
    """The tenant: `bank/<id>` for a bank's people, else the unit itself."""
    bank = Sight(network, principal).bank
    return f"bank/{bank}" if bank else str(principal.unit)


def outlet_of(network: Network, principal: Principal, asked: str) -> OutletId:
    """The outlet a request is for: the given one if it is theirs, else the person's own. Raises NotThere, BadInput."""
    outlet = OutletId(asked) if asked else principal.outlet
    if outlet is None:
        raise BadInput("outlet", "请填网点号 (which outlet?)")
    Sight(network, principal).require_outlet(outlet)
    return outlet


def seen_entries(network: Network, principal: Principal) -> ColumnElement[bool]:
    """The condition of every query of the register: own outlet, own bank, or own area."""
    sight = Sight(network, principal)
    kind, _, key = principal.unit.partition("/")
    if sight.everything:
        return true()
    if kind == "outlet":
        return entries.c.outlet == key
    if kind == "bank":
        own, area = entries.c.institution == institution_of(network, principal), key.partition("/")[2]
        return own & or_(entries.c.county == area, entries.c.city == area) if area else own
    return or_(entries.c.county == key, entries.c.city == key) if kind == "pbc" else false()


def seen_delegations(network: Network, principal: Principal) -> ColumnElement[bool]:
    """Both sides see a delegation: who asked and who was asked."""
    institution = institution_of(network, principal)
    asked = (delegations.c.institution == institution) & own_outlets(network, principal, delegations.c.outlet)
    return or_(asked, delegations.c.delegate.in_(units_of(network, principal)))


def own_outlets(network: Network, principal: Principal, outlet: ColumnElement[str]) -> ColumnElement[bool]:
    """Of what belongs to the institution: a counter's is the own outlet's, a branch's that of its outlets."""
    kind, _, key = principal.unit.partition("/")
    if kind == "outlet":
        return outlet == key
    if kind != "bank" or "/" not in key:
        return true()
    sight = Sight(network, principal)
    return outlet.in_([each for each in network.outlets if sight.sees_outlet(each)])


def units_of(network: Network, principal: Principal) -> list[str]:
    """The units a person may answer for: the own one and, at a counter, the own bank."""
    return sorted({str(principal.unit), institution_of(network, principal)})


def require_same_institution(network: Network, principal: Principal, institution: str) -> None:
    """Citizens' data is opened only by the institution that entered it. Raises NotThere."""
    if institution_of(network, principal) != institution:
        raise NotThere("没有此项，或不在您的权限之内 (not there, or not yours)")
