"""A town whose event has ended: its offices evaluate it."""

import asyncio
from datetime import timedelta
from typing import Any

from hecha.flow.evaluating import review_id
from hecha.flow.life import Act
from hecha.incident.commands import ConfirmRecovery, End
from hecha.incident.event import Incident
from tests.console import demo
from tests.console.town import Town


def runs(town: Town, what: Any) -> Any:
    return asyncio.run_coroutine_threadsafe(what, town._loop).result(20)


def incident(town: Town) -> Incident:
    (found,) = town.site.procedure.newest("incident")
    assert isinstance(found, Incident)
    return found


def evaluated() -> Town:
    """Both fronts were away for nine hours, all works again, the event has ended an hour later."""
    place = Town()
    place.happens(demo.grave())
    place.clock.passes(hours=1)
    place.shows(demo.calm(place.clock()))
    recovered = place.clock() - timedelta(minutes=20)
    confirm = ConfirmRecovery(recovered, place.clock(), "leader", "pbc/33")
    runs(place, place.site.procedure.do(Act("incident", incident(place).id, confirm)))
    place.clock.passes(minutes=10)
    runs(
        place, place.site.procedure.do(Act("incident", incident(place).id, End("", place.clock(), "leader", "pbc/33")))
    )
    return place


def review(town: Town, unit: str = "pbc/33") -> str:
    return review_id(incident(town).id, unit)
