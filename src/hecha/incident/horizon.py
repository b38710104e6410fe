"""Horizon: when the grade, or the set of clauses, changes if nothing recovers.

Every minute at which an outlet's class can change is known in advance (a threshold, an estimate that passes, a
fault announced for later), so only those minutes are visited, on a copy.
"""

from dataclasses import dataclass

from hecha.incident.grade import Grader, Judgement

STEPS_MAX = 1_000_000  # more would mean a standing that never settles


@dataclass(frozen=True, slots=True)
class Turn:
    """From minute `at` on the judgement is another one."""

    at: int
    judgement: Judgement


def horizon(grader: Grader, minutes: int, reading: str | None = None) -> list[Turn]:
    """The turns after now and up to `minutes` later, inclusive."""
    ahead = grader.availability.fork()
    last, end = grader.judge(reading), ahead.now + minutes
    turns: list[Turn] = []
    for _ in range(STEPS_MAX):
        if ahead.next_due > end:
            return turns
        moment = ahead.pass_next()
        judgement = grader.judge(reading, ahead)
        if (judgement.level, judgement.clauses) != (last.level, last.clauses):
            turns.append(Turn(moment, judgement))
            last = judgement
    raise RuntimeError("the horizon does not end")
