"""The counter card (柜面指引): what the clerk may do next for an outcome, in the order of 5.1.1.

Before any order the whole ladder is offered (先期处置); from a start order on, what the order in force prescribes
(5.1.1-5.1.4). In a data error delegation and switch are shown as not applicable: the source is the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hecha.kernel.ids import AreaCode, ClauseId
from hecha.response.delegation import Candidate, offered
from hecha.response.wording import Text, say
from hecha.verification.outcome import Outcome

DELEGATE, SWITCH, OTHER = ClauseId("5.1.1(1)"), ClauseId("5.1.1(2)"), ClauseId("5.1.1(3)")
_DOCUMENTS = ("way.household_register", "way.passport", "way.driving_licence", "way.reader", "way.keep_copies")
_DOUBTS = frozenset({Outcome.NOT_FOUND, Outcome.NAME_MISMATCH})
_CARD = frozenset({Outcome.CARD_LOST, Outcome.CARD_INVALID})


@dataclass(frozen=True, slots=True)
class Prescribed:
    """One measure of an order in force: the ways of `use` against a cause; `cities` for data errors."""

    clause: ClauseId
    cause: str  # outage | data_error
    use: tuple[ClauseId, ...]
    cities: frozenset[AreaCode] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """What the counter knows when it asks for a card.

    `card_city`: city of the issuing authority as printed, `None` unless given. `data_errors`: cities whose error was
    declared; `suspected`: cities whose figures look like one. `other_mode`: "none", "down", "works" or "tried".
    """

    outcome: Outcome
    card_city: AreaCode | None = None
    card_city_zh: str = ""
    data_errors: frozenset[AreaCode] = frozenset()
    suspected: frozenset[AreaCode] = frozenset()
    other_mode: str = "none"
    other_mode_name: str = ""
    candidates: tuple[Candidate, ...] = ()
    order: tuple[Prescribed, ...] = ()


def card(case: Case) -> dict[str, Any] | None:
    """The card as JSON, `None` where nothing is left to do (match with photo, wrong input)."""
    if case.outcome in (Outcome.MATCH_PHOTO, Outcome.INPUT_ERROR):
        return None
    theme = _theme(case)
    return {
        "outcome": case.outcome.value,
        "headline": say(f"headline.{theme}"),
        "basis": _basis(case, theme),
        "ask_card_authority": _asks_authority(case),
        "data_error": _data_error(case),
        "steps": _steps(case, theme),
        "wording": _wording(case, theme),
    }


def _theme(case: Case) -> str:
    if case.outcome is Outcome.UNAVAILABLE:
        return "unavailable"
    if case.outcome in _CARD:
        return "card"
    if case.card_city in case.data_errors and case.card_city is not None:
        return "data_error"
    return "doubt" if case.outcome in _DOUBTS else "no_photo"


def _measures(case: Case, theme: str) -> tuple[Prescribed, ...]:
    """The measures of the order that speak of this case; none: the whole ladder stays open."""
    if theme == "unavailable":
        return tuple(one for one in case.order if one.cause == "outage")
    if theme == "data_error":
        return tuple(one for one in case.order if one.cause == "data_error" and _covers(one, case))
    return ()


def _covers(one: Prescribed, case: Case) -> bool:
    return not one.cities or case.card_city in one.cities


def _basis(case: Case, theme: str) -> dict[str, Any]:
    measures = _measures(case, theme)
    if measures:
        return {"kind": "order", "clauses": [one.clause for one in measures]}
    if theme in ("unavailable", "data_error"):
        return {"kind": "first_handling", "clauses": ["4.1.1(4)", "5.1.1"]}
    return {"kind": "result", "clauses": [OTHER]}


def _asks_authority(case: Case) -> bool:
    """Who is affected by a data error is decided by the authority printed on the card, so it is asked for."""
    return case.card_city is None and case.outcome in _DOUBTS | {Outcome.MATCH_NO_PHOTO}


def _data_error(case: Case) -> dict[str, Any] | None:
    city = case.card_city
    if city is None or city not in case.data_errors | case.suspected:
        return None
    return {"city": city, "zh": case.card_city_zh, "declared": city in case.data_errors}


def _steps(case: Case, theme: str) -> list[dict[str, Any]]:
    if theme == "card":
        return [_step(OTHER, "other", "", ways=[say("way.new_card")])]
    return [_delegate(case, theme), _switch(case, theme), _other(case, theme)]


def _delegate(case: Case, theme: str) -> dict[str, Any]:
    able = offered(case.candidates)
    why = _not_for_outage(case, theme, DELEGATE) or ("" if able else "why.nobody")
    return _step(DELEGATE, "delegate", why, delegates=[_shown(one) for one in able] if not why else [])


def _switch(case: Case, theme: str) -> dict[str, Any]:
    reasons = {"none": "why.no_other_mode", "down": "why.other_mode_down", "tried": "why.tried", "works": ""}
    why = _not_for_outage(case, theme, SWITCH) or reasons[case.other_mode]
    return _step(SWITCH, "switch", why, mode="" if why else case.other_mode_name)


def _other(case: Case, theme: str) -> dict[str, Any]:
    """Never missing: every request ends verified, delegated, switched or registered (1.5.1)."""
    keys = [*_DOCUMENTS, "way.go_on"]
    if theme == "doubt":
        keys.append("way.dispute")
    if theme != "no_photo":
        keys.append("way.register")
    return _step(OTHER, "other", "", ways=[say(key) for key in keys], register=theme != "no_photo")


def _not_for_outage(case: Case, theme: str, clause: ClauseId) -> str:
    if theme != "unavailable":
        return "why.same_source"
    measures = _measures(case, theme)
    if measures and not any(clause in one.use for one in measures):
        return "why.not_prescribed"
    return ""


def _step(clause: ClauseId, key: str, why: str, **more: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {"clause": clause, "key": key, "title": say(f"step.{key}"), "applicable": not why}
    return shown | {"why": say(why) if why else None} | more


def _shown(one: Candidate) -> dict[str, Any]:
    agreed = one.rank is not None
    return {"unit": one.unit, "zh": one.zh, "kind": one.kind.value, "telephone": one.telephone, "agreed": agreed}


_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "unavailable": ("do_not_refuse", "explain", "other_documents", "register"),
    "data_error": ("do_not_refuse", "explain", "other_documents", "register"),
    "doubt": ("do_not_refuse", "not_proof", "other_documents", "register"),
    "no_photo": ("do_not_refuse", "other_documents"),
    "card": ("do_not_refuse", "explain"),
}


def _wording(case: Case, theme: str) -> dict[str, Any]:
    script: list[Text] = [say(f"script.{line}") for line in _SCRIPTS[theme]]
    if _asks_authority(case):
        script.insert(1, say("script.ask_authority"))
    door = say(f"door.{theme}") if theme in ("unavailable", "data_error") else None
    return {"customer": say(f"customer.{theme}"), "door": door, "script": script}
