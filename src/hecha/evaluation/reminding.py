"""What a review's office and the owners of improvements owe (5.4), and when they are reminded of it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone

from hecha.evaluation.review import PREFIX, Improvement, Phase, Review
from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice

BEIJING = timezone(timedelta(hours=8))
REMIND_BEFORE = timedelta(days=3)
POSTS = {"settlement": "settlement", "technology": "technology", "operations": "technology"}
"""Who answers for a party: operations belong to the technology department here."""


def next_at(now: Review) -> datetime | None:
    """When time alone will next change it: the soonest reminder."""
    return min((moment for _, moment in marks(now)), default=None)


def marks(now: Review) -> Iterator[tuple[str, datetime]]:
    """What will be reminded of, and when: before it is due, and after."""
    dues: dict[str, datetime] = {} if now.phase is not Phase.OPEN else {"review": now.due}
    dues |= {f"improvement:{one.number}": end_of(one.due) for one in now.open_improvements}
    for name, due in dues.items():
        for stage, moment in (("before", due - REMIND_BEFORE), ("after", due)):
            if f"{name}:{stage}" not in now.told:
                yield f"{name}:{stage}", moment


def duties(now: Review) -> tuple[Duty, ...]:
    """The parties owe their analysis, the office its signature, the owners their improvements.

    Improvements belong to no incident's file: it closes while they still run."""
    found = []
    if now.phase is Phase.OPEN:
        for party in now.missing:
            what = f"review.analyse_{party}"
            found.append(_duty(now, what, now.unit, POSTS[party], "5.4(1)", now.due, now.opened, now.incident))
        if not now.missing:
            found.append(_duty(now, "review.sign", now.unit, "office", "5.4", now.due, now.opened, now.incident))
    for one in now.open_improvements:
        id = f"improvement.do:{one.number}"
        found.append(_duty(now, id, one.unit, one.post, "5.4(3)", end_of(one.due), one.at, ""))
    return tuple(found)


def notices(fact: Fact, now: Review) -> tuple[Notice, ...]:
    """The office learns that it evaluates; an owner of an improvement that it is theirs; both when time runs out."""
    action = fact.kind.removeprefix(PREFIX)
    if action == "opened":
        return (_notice(now, fact, "review.open", now.unit, "office", now.due),)
    if action == "improvement":
        return (_of_improvement(now, fact, now.improvements[-1]),)
    if action == "reminded":
        return tuple(_reminders(now, fact))
    return ()


def _reminders(now: Review, fact: Fact) -> Iterator[Notice]:
    for mark in fact.data["marks"]:
        name = mark.rpartition(":")[0]
        if name == "review":
            yield _notice(now, fact, "review.open", now.unit, "office", now.due)
        else:
            yield _of_improvement(now, fact, now.improvements[int(name.partition(":")[2]) - 1])


def _of_improvement(now: Review, fact: Fact, one: Improvement) -> Notice:
    return _notice(now, fact, "improvement.do", one.unit, one.post, end_of(one.due), f":{one.number}")


def _notice(now: Review, fact: Fact, what: str, unit: str, post: str, due: datetime, suffix: str = "") -> Notice:
    key, words = f"{now.id}:{what}:{unit}{suffix}", {"due": due.isoformat(), "title": now.title}
    return Notice(key, unit, what, fact.clause, now.id, fact.at, post, incident=now.incident, facts=words)


def _duty(
    now: Review,
    id: str,
    unit: str,
    post: str,
    clause: str,
    due: datetime,
    since: datetime,
    incident: str,
) -> Duty:
    return Duty(f"{now.id}:{id}", unit, id.partition(":")[0], clause, now.id, since, due, post, incident)


def end_of(day: date) -> datetime:
    """The last minute of a day in the province's time."""
    return datetime.combine(day, time(23, 59), BEIJING)
