"""The card in an entrance's own answer: what a bank's clerk may do next, as far as an entrance can know.

An entrance has no picture of the province: it knows which ways it tried and what could not be passed. So it offers
the bank itself and the local branch of the central bank as delegates only where what broke is the outlet's own.
The console, which has the picture, makes its own card.
"""

from typing import Any

from hecha.kernel.ids import AreaCode
from hecha.network.model import Bank, Network, Outlet
from hecha.organization.units import Units, bank_unit
from hecha.response.card import Case, card
from hecha.response.delegation import Candidate, Kind
from hecha.verification.ladder_in_request import Attempt
from hecha.verification.outcome import Outcome

OWN = ("outlet/", "county/", "city/", "bank/")
"""What can break and leave others able to verify: a unit above it, or elsewhere."""


def card_of(
    network: Network, outlet: Outlet, bank: Bank, outcome: Outcome, attempts: list[Attempt], card_city: str
) -> dict[str, Any] | None:
    """The card as JSON; None where nothing is left to do."""
    city = AreaCode(card_city) if card_city else None
    case = Case(
        outcome=outcome,
        card_city=city,
        card_city_zh=network.areas[city].zh if city else "",
        other_mode="tried" if len({attempt.way.mode for attempt in attempts}) > 1 else "none",
        candidates=_candidates(network, outlet, bank) if _own(attempts) else (),
    )
    return card(case)


def _own(attempts: list[Attempt]) -> bool:
    return bool(attempts) and all(attempt.broke_at.startswith(OWN) for attempt in attempts)


def _candidates(network: Network, outlet: Outlet, bank: Bank) -> tuple[Candidate, ...]:
    units = Units(network)
    superior, branch = bank_unit(bank.id), units.local_branch(outlet.county)
    return (
        Candidate(superior, units.zh(superior), Kind.SUPERIOR, can_verify=True),
        Candidate(branch, units.zh(branch), Kind.BRANCH, can_verify=True),
    )
