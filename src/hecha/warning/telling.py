"""What an alert has people owe (`duties`), and what each of its facts tells whom (`notices`).

A storm of news gives one notice per addressee and ten minutes; a decision gives one per addressee.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.warning.alert import Alert

OFFICE, GROUP = "office", "group"
WINDOW_MINUTES = 10
"""News within it is one message to its addressee."""
GRAVE = 4
"""An impact from which a notice is urgent, and the severity of a source that is."""


def duties(alert: Alert) -> tuple[Duty, ...]:
    """What is owed now. An alert that is an incident's owes nothing of its own any more."""
    if not alert.is_open or alert.is_event:
        return ()
    return (*_tellings(alert), *_judgements(alert), *_acknowledgements(alert))


def _tellings(alert: Alert) -> Iterable[Duty]:
    for leg in alert.legs:
        if leg.told is None:
            post = OFFICE if leg.post == GROUP and leg.sender == leg.receiver else ""
            yield _duty(alert, leg.sender, "alert.report", alert.raised, leg.due, post, leg.clause)


def _judgements(alert: Alert) -> Iterable[Duty]:
    if alert.owes_assessment:
        since = alert.changed or alert.raised
        yield _duty(alert, alert.unit, "alert.assess", since, since + alert.pace.assess, OFFICE)
    latest = alert.assessment
    if latest is not None and alert.owes_notice:
        yield _duty(alert, alert.unit, "alert.notify", latest.at, latest.at + alert.pace.notify, GROUP)
    over = alert.ended or alert.quiet
    if over is not None and alert.calls:
        yield _duty(alert, alert.notified_unit, "alert.lift", over, over + alert.pace.assess, OFFICE)


def _acknowledgements(alert: Alert) -> Iterable[Duty]:
    for call in alert.waiting:
        yield _duty(alert, call.unit, "alert.acknowledge", call.at, call.at + alert.pace.acknowledge)


def _duty(
    alert: Alert, unit: str, what: str, since: datetime, due: datetime, post: str = "", clause: str = "3.2.4"
) -> Duty:
    return Duty(f"{alert.id}:{what}:{unit}", unit, what, clause, alert.id, since, due, post)


# --- notices ---------------------------------------------------------------------------------------------------------


def notices(fact: Fact, alert: Alert) -> tuple[Notice, ...]:
    """What this fact tells whom; `alert` is the state after it."""
    teller = _TELLERS.get(fact.kind.rpartition(":")[2])
    return tuple(teller(fact, alert)) if teller else ()


def _news(fact: Fact, alert: Alert) -> Iterable[Notice]:
    window = f"{fact.at:%Y%m%d%H}{fact.at.minute // WINDOW_MINUTES}"
    for leg in alert.legs:
        to, post = (leg.receiver, leg.post) if leg.told else (leg.sender, OFFICE)
        yield Notice(
            key=f"alert.raised:{to}:{post}:{window}",
            unit=to,
            what="alert.raised",
            clause=leg.clause,
            subject=alert.id,
            at=fact.at,
            post=post,
            urgent=alert.severity >= GRAVE,
            facts=_words(alert),
        )


def _told(fact: Fact, alert: Alert) -> Iterable[Notice]:
    for leg in alert.legs:
        if leg.sender == fact.data["sender"] and leg.told == fact.at:
            yield _notice(fact, alert, "alert.reported", leg.receiver, leg.post)


def _assessed(fact: Fact, alert: Alert) -> Iterable[Notice]:
    """A person's assessment asks the group to decide; a measured one asks the office to look."""
    latest = alert.assessment
    if latest is None or not latest.demands_notice(alert.pace) or alert.calls:
        return
    what, post = ("alert.assess", OFFICE) if latest.measured else ("alert.notify", GROUP)
    yield _notice(fact, alert, what, alert.unit, post, urgent=latest.impact >= GRAVE)


def _notified(fact: Fact, alert: Alert) -> Iterable[Notice]:
    grave = alert.assessment is not None and alert.assessment.impact >= GRAVE
    for unit in fact.data["units"]:
        yield _to_called(fact, alert, "alert.notified", unit, urgent=grave, wants_ack=True)


def _chased(fact: Fact, alert: Alert) -> Iterable[Notice]:
    for unit in fact.data["units"]:
        yield _to_called(fact, alert, "alert.notified", unit, urgent=True, wants_ack=True)


def _escalated(fact: Fact, alert: Alert) -> Iterable[Notice]:
    """Whoever told them is to telephone: the call list stands on the alert's page."""
    count = {"waiting": str(len(alert.waiting))}
    yield _notice(fact, alert, "alert.unanswered", alert.notified_unit, OFFICE, urgent=True, more=count)


def _overdue(fact: Fact, alert: Alert) -> Iterable[Notice]:
    yield _notice(fact, alert, "alert.overdue", alert.unit, GROUP, urgent=True)


def _updated(fact: Fact, alert: Alert) -> Iterable[Notice]:
    for call in alert.calls:
        yield _to_called(fact, alert, "alert.updated", call.unit)


def _over(fact: Fact, alert: Alert) -> Iterable[Notice]:
    """Units that were told hear the end of it, in place of what may still wait to be sent."""
    what = "alert.lifted" if fact.kind.endswith(":lifted") else "alert.became_incident"
    for call in alert.calls:
        yield _to_called(fact, alert, what, call.unit)


_TELLERS: Mapping[str, Callable[[Fact, Alert], Iterable[Notice]]] = {
    "raised": _news,
    "told": _told,
    "assessed": _assessed,
    "notified": _notified,
    "chased": _chased,
    "escalated": _escalated,
    "overdue": _overdue,
    "updated": _updated,
    "lifted": _over,
    "became_incident": _over,
}


def _notice(
    fact: Fact,
    alert: Alert,
    what: str,
    unit: str,
    post: str,
    *,
    urgent: bool = False,
    more: Mapping[str, str] | None = None,
) -> Notice:
    clause, facts = fact.clause or "3.2.4", {**_words(alert), **(more or {})}
    key = f"{what}:{alert.id}:{unit}:{post}"
    return Notice(key, unit, what, clause, alert.id, fact.at, post, alert.incident, urgent, facts=facts)


def _to_called(
    fact: Fact, alert: Alert, what: str, unit: str, *, urgent: bool = False, wants_ack: bool = False
) -> Notice:
    """One message per alert and unit: what comes later takes its place."""
    key = f"alert:{alert.id}:{unit}"
    words = _words(alert) | {"tasks": ",".join(alert.tasks)}
    return Notice(key, unit, what, "3.2.4", alert.id, fact.at, "", alert.incident, urgent, wants_ack, words)


def _words(alert: Alert) -> dict[str, str]:
    """Small words for the text: no names of people, no content beyond the title."""
    latest = alert.assessment
    words = {"title": alert.title, "nature": alert.nature, "areas": ",".join(alert.areas)}
    if latest is not None:
        words |= {"likelihood": str(latest.likelihood), "impact": str(latest.impact)}
        words |= {"level": str(latest.level)} if latest.level else {}
    return words
