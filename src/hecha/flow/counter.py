"""The counter: from an outcome and the picture to a card, and from an answer to the slip for the voucher."""

from collections.abc import Iterable, Mapping
from typing import Any

from hecha.flow.command.scope import at_outlet
from hecha.flow.picture import Picture, State
from hecha.kernel.ids import AreaCode, BankId, ClauseId, ComponentId, Mode, OutletId, UnitId
from hecha.network.card_authority import city_of_authority
from hecha.network.model import Network
from hecha.organization.units import Units, bank_unit, outlet_unit
from hecha.response.card import Case, Prescribed, card
from hecha.response.delegation import Candidate, Kind
from hecha.verification.outcome import Outcome

NEIGHBOURS_MAX = 3
_USABLE = (State.UP, State.IMPAIRED)
_SHARED = (("relay",), ("police",), ("front/a", "front/b"), ("channel/production", "channel/backup"))


def card_city(network: Network, authority: str) -> AreaCode | None:
    """The city whose police issued the card, by the authority as printed or typed; `None` when unknown or not given."""
    return city_of_authority(authority, network.card_authorities) if authority else None


def modes_of(network: Network, outlet: OutletId) -> tuple[Mode, ...]:
    """The modes an outlet has by its bank's kind."""
    access = network.banks[network.outlets[outlet].bank].access
    return tuple(mode for mode in Mode if (access, mode) in network.paths)


def state_of(picture: Picture, outlet: OutletId, mode: Mode) -> State:
    """An outlet's state in a mode; those not listed are up."""
    return picture.outlets_not_up.get(outlet, {}).get(mode, State.UP)


def may_verify(network: Network, picture: Picture, outlet: OutletId) -> bool:
    """Whether it makes sense to ask for this outlet: some mode is not known to be down."""
    return any(state_of(picture, outlet, mode) is not State.DOWN for mode in modes_of(network, outlet))


def counter_card(
    network: Network,
    picture: Picture,
    *,
    outlet: OutletId,
    outcome: Outcome,
    mode: str,
    authority: str = "",
    agreed: Iterable[Candidate] = (),
) -> dict[str, Any] | None:
    """What the clerk may do next, as JSON (5.1.1-5.1.4); `None` where nothing is left to do."""
    city = card_city(network, authority)
    other = _other_mode(network, outlet, mode)
    case = Case(
        outcome=outcome,
        card_city=city,
        card_city_zh=network.areas[city].zh if city else "",
        data_errors=frozenset(code for code, data in picture.data.items() if data.declared),
        suspected=frozenset(code for code, data in picture.data.items() if data.suspicious),
        other_mode=_other_state(picture, outlet, other),
        other_mode_name=other.value if other else "",
        candidates=(*agreed, *candidates(network, picture, outlet)) if outcome is Outcome.UNAVAILABLE else (),
        order=prescribed(at_outlet(picture.order_in_force, network, outlet)),
    )
    return card(case)


def candidates(network: Network, picture: Picture, outlet: OutletId) -> tuple[Candidate, ...]:
    """Whom one may ask: the bank itself, neighbours of other banks that can verify, the local branch."""
    here = network.outlets[outlet]
    units = Units(network)
    superior = bank_unit(here.bank)
    bank = picture.banks.get(here.bank)
    bank_works = bank is not None and bank.state in _USABLE
    found = [Candidate(superior, units.zh(superior), Kind.SUPERIOR, bank_works)]
    found += _neighbours(network, picture, outlet)
    branch = units.local_branch(here.county)
    found.append(Candidate(branch, units.zh(branch), Kind.BRANCH, _shared_works(picture)))
    return tuple(found)


def agreed_candidate(
    network: Network, picture: Picture, bank: BankId, unit: str, telephone: str, rank: int
) -> Candidate:
    """An agreed delegate of a bank; it is shown unless it is known to be unable."""
    kind, _, key = unit.partition("/")
    able = True
    if kind == "outlet" and key in network.outlets:
        able = may_verify(network, picture, OutletId(key))
    elif kind == "bank" and (group := picture.banks.get(BankId(key))):
        able = group.state is not State.DOWN
    return Candidate(unit, Units(network).zh(UnitId(unit)), kind_of(bank, unit), able, telephone, rank)


def kind_of(bank: BankId, unit: str) -> Kind:
    """What a unit is to an outlet of a bank: only its own bank is its superior (上级机构)."""
    if unit == bank_unit(bank):
        return Kind.SUPERIOR
    return Kind.OTHER_BANK if unit.startswith(("bank/", "outlet/")) else Kind.BRANCH


def prescribed(order: Mapping[str, Any] | None) -> tuple[Prescribed, ...]:
    """The measures of the order in force, as `hecha grade` lists them."""
    found = []
    for one in (order or {}).get("measures", ()):
        cities = frozenset(AreaCode(city) for city in one.get("cities", ()))
        use = tuple(ClauseId(clause) for clause in one["use"])
        found.append(Prescribed(ClauseId(one["clause"]), one.get("cause", "outage"), use, cities))
    return tuple(found)


def slip(network: Network, *, outlet: str, fields: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The result slip (核查结果单) for the voucher. `fields`: name, masked number; `answer`: outcome, at, mode, id.

    Slips after back-verification also say when the business was registered and which voucher it belongs to."""
    place = network.outlets.get(OutletId(outlet))
    bank = network.banks[place.bank].zh if place else ""
    return {
        "title": {"zh": "联网核查公民身份信息结果", "en": "Result of identity verification"},
        "bank": bank,
        "outlet": place.zh if place else outlet,
        **fields,
        **answer,
        "outcome_text": OUTCOME_TEXTS[Outcome(answer["outcome"])] if answer.get("outcome") else None,
    }


OUTCOME_TEXTS: Mapping[Outcome, Mapping[str, str]] = {
    Outcome.MATCH_PHOTO: {"zh": "公民身份号码与姓名一致，且存在照片", "en": "Number and name match; photo on record"},
    Outcome.MATCH_NO_PHOTO: {"zh": "公民身份号码与姓名一致，但不存在照片", "en": "Number and name match; no photo"},
    Outcome.NAME_MISMATCH: {"zh": "公民身份号码存在，但与姓名不匹配", "en": "Number exists; the name differs"},
    Outcome.NOT_FOUND: {"zh": "公民身份号码不存在", "en": "Number not found"},
    Outcome.CARD_LOST: {"zh": "证件已挂失", "en": "Card reported lost"},
    Outcome.CARD_INVALID: {"zh": "证件已失效", "en": "Card no longer valid"},
    Outcome.INPUT_ERROR: {"zh": "输入参数错误", "en": "Wrong input"},
    Outcome.UNAVAILABLE: {"zh": "系统未能返回结果", "en": "No result: the system could not answer"},
}


def _other_mode(network: Network, outlet: OutletId, mode: str) -> Mode | None:
    return next((one for one in modes_of(network, outlet) if one.value != mode), None)


def _other_state(picture: Picture, outlet: OutletId, other: Mode | None) -> str:
    if other is None:
        return "none"
    state = state_of(picture, outlet, other)
    if state in (State.DOWN, State.MAINTENANCE):
        return "down"
    return "works" if state in _USABLE else "tried"


def _neighbours(network: Network, picture: Picture, outlet: OutletId) -> list[Candidate]:
    here = network.outlets[outlet]
    found: list[Candidate] = []
    for one in network.outlets.values():
        if one.county != here.county or one.bank == here.bank:
            continue
        if any(state_of(picture, one.id, mode) in _USABLE for mode in modes_of(network, one.id)):
            found.append(Candidate(outlet_unit(one.id), one.zh, Kind.OTHER_BANK, can_verify=True))
        if len(found) == NEIGHBOURS_MAX:
            break
    return found


def _shared_works(picture: Picture) -> bool:
    """Whether a branch of the central bank can verify: one of each redundant pair is not down."""
    return all(any(_passable(picture, ComponentId(one)) for one in pair) for pair in _SHARED)


def _passable(picture: Picture, component: ComponentId) -> bool:
    known = picture.components.get(component)
    return known is None or known.state not in (State.DOWN, State.MAINTENANCE)
