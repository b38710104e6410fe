"""Figures as plain data: what the API answers, and what a signature freezes (5.4)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from hecha.edges.evaluation.figuring import Source, Told
from hecha.evaluation.owed import Account

Answer = dict[str, Any]


def figures_told(told: Told) -> Answer:
    """All figures, each clock with the numbers of the ledger's facts that it comes from; minutes and outlet hours."""
    figures = told.figures
    return {
        "incident": told.incident.id,
        "clocks": [
            {
                "name": one.name,
                "clause": one.clause,
                "begin": _text(one.begin),  # ok: a moment, no transaction
                "end": _text(one.end),
                "minutes": one.minutes,
                "facts": [told.seq(place) for place in one.places],
            }
            for one in figures.clocks
        ],
        "levels": [{"at": _text(at), "level": level} for at, level in figures.levels],
        "losses": {
            name: {"outlet_minutes": one.minutes, "outlet_hours": one.hours, "peak_outlets": one.peak}
            for name, one in figures.losses.items()
        },
        "losses_from": _source(told.losses_from),
        "business": asdict(figures.business),
        "business_from": _source(told.business_from),
        "duties": [asdict(one) for one in figures.duties],
        "facts": figures.facts,
        "through": {"seq": told.through[0], "hash": told.through[1]},
    }


def account_told(one: Account) -> Answer:
    """A duty and its end, as JSON."""
    duty = one.duty
    return {
        "what": duty.what,
        "unit": duty.unit,
        "clause": duty.clause,
        "subject": duty.subject,
        "since": _text(duty.since),
        "due": _text(duty.due),
        "done": _text(one.done),
        "outcome": one.outcome.value,
    }


def _source(one: Source) -> Answer:
    return {"facts": one.count, "first": one.first or None, "last": one.last or None}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
