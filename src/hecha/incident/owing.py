"""What an incident makes its leading unit owe, and whom its turns are told to at once."""

from datetime import datetime

from hecha.incident.event import PREFIX, Incident, Phase
from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice


def duties(incident: Incident) -> tuple[Duty, ...]:
    """What the leading group owes of the incident itself; reports, decisions and orders have their own."""
    found = []
    if incident.recovery_proposed is not None and incident.phase is Phase.OPEN:
        found.append(_duty(incident, "incident.confirm_recovery", "5.1.1(3)", incident.recovery_proposed, "group"))
    if incident.is_lower_proposed and incident.phase is Phase.OPEN and incident.recovery_proposed is None:
        found.append(_duty(incident, "incident.consider_lowering", "4.2.1(1)", incident.opened, "group"))
    return tuple(found)


def _duty(incident: Incident, what: str, clause: str, since: datetime, post: str) -> Duty:
    return Duty(f"{incident.id}:{what}", incident.unit, what, clause, incident.id, since, None, post, incident.id)


def notices(fact: Fact, incident: Incident) -> tuple[Notice, ...]:
    """The group and the office of the leading unit, and of the unit that owns what failed, learn of it at once."""
    action = fact.kind.removeprefix(PREFIX)
    if action not in ("opened", "raised", "lowered", "recovery_proposed", "withdrawn"):
        return ()
    words = {"level": str(incident.level or ""), "title": incident.title, "clause": fact.clause}
    units = dict.fromkeys(one for one in (incident.unit, incident.owner) if one)
    urgent = action in ("opened", "raised")
    return tuple(
        Notice(
            key=f"incident:{incident.id}:{action}:{unit}:{incident.level}",
            unit=unit,
            what=f"incident.{action}",
            clause=fact.clause,
            subject=incident.id,
            at=fact.at,
            post="office",
            incident=incident.id,
            urgent=urgent,
            wants_ack=urgent,
            facts=words,
        )
        for unit in units
    )
