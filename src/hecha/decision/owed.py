"""What a resolution leaves somebody owing, whom it tells, and when time alone changes it."""

from dataclasses import replace
from datetime import datetime

from hecha.decision.deciding import PREFIX
from hecha.decision.resolution import Kind, Phase, Resolution
from hecha.kernel.duties import Duty
from hecha.kernel.facts import Fact
from hecha.kernel.notices import Notice
from hecha.organization.units import HEAD_OFFICE


def duties(state: Resolution) -> tuple[Duty, ...]:
    """A second person's consent, a signature, a scan, the look again after "repair first", head office's answer."""
    owed = []
    if state.phase is Phase.PROPOSED:
        owed.append(_duty(state, "resolution.consent", "group", state.at))
    if state.owes_signature:
        owed.append(_duty(state, "resolution.sign", "group", state.taken or state.at, state.signature_due))
    if state.owes_scan:
        owed.append(_duty(state, "resolution.scan", "office", state.at, state.signature_due))
    if state.phase is Phase.TAKEN and state.kind is Kind.REPAIR_FIRST:
        owed.append(_duty(state, "resolution.review", "group", state.taken or state.at, state.review))
    if state.phase is Phase.TAKEN and state.kind is Kind.REFER and state.target == HEAD_OFFICE:
        owed.append(_duty(state, "resolution.answer", "office", state.taken or state.at))
    return tuple(owed)


def notices(fact: Fact, state: Resolution) -> tuple[Notice, ...]:
    """The group when its consent is asked for, its office when something is taken, refused or disowned."""
    action = fact.kind.removeprefix(PREFIX)
    posts = {"proposed": "group" if state.two else "", "taken": "office", "refused": "group", "disowned": "group"}
    if not posts.get(action):
        return ()
    words = {"kind": state.kind.value, "level": str(state.level)}
    key, what = f"resolution:{state.id}:{action}", f"resolution.{action}"
    notice = Notice(key, state.here, what, state.clause, state.id, fact.at, posts[action], state.incident, facts=words)
    return (replace(notice, urgent=action in ("proposed", "disowned")),)


def _duty(state: Resolution, what: str, post: str, since: datetime, due: datetime | None = None) -> Duty:
    return Duty(f"{state.id}:{what}", state.here, what, state.clause, state.id, since, due, post, state.incident)
