"""The ladder inside one request: which way to try next (正常路由, not yet the emergency measure of 5.1.1(2)).

An outlet of an interface bank verifies by whichever mode works: the customer waits once, the clerk asks once.
A *way* is a mode and the entry by which the request goes in. Pure: the attempts so far go in, the next way comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hecha.kernel.ids import Access, BankId, ComponentId, Mode
from hecha.verification.outcome import Outcome

WEB_ENTRIES = tuple(map(ComponentId, ("account-system", "credit-system", "direct-login")))
"""非接口方式: any one of them suffices; they are tried in this order."""
LEAST_MS = 50
"""With less than this left of the business deadline no further way is worth its while."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: `entry` is `account-system`, `credit-system`, `direct-login` or `bank/<id>/core`."""

    mode: Mode
    entry: ComponentId


@dataclass(frozen=True, slots=True)
class Attempt:
    """A way that was tried. `broke_at` names what could not be passed (only with `unavailable`)."""

    way: Way
    outcome: Outcome
    broke_at: str = ""


def default_mode(access: Access) -> Mode:
    """接口行 go by interface, others by the web."""
    return Mode.NON_INTERFACE if access is Access.NONE else Mode.INTERFACE


def ways(bank: BankId, access: Access, first: Mode | None = None) -> tuple[Way, ...]:
    """All ways of a bank's outlet, those of the `first` mode (default: by the bank's kind) before the others."""
    web = tuple(Way(Mode.NON_INTERFACE, entry) for entry in WEB_ENTRIES)
    if access is Access.NONE:
        return web
    core = (Way(Mode.INTERFACE, ComponentId(f"bank/{bank}/core")),)
    return core + web if (first or default_mode(access)) is Mode.INTERFACE else web + core


def next_way(choices: Sequence[Way], attempts: Sequence[Attempt], left_ms: float) -> Way | None:
    """The way to try now, or None: there is an answer, or nothing is left to try, or no time.

    Only `unavailable` goes on: any business answer, and a wrong input, is final. When the entry itself broke, the
    next entry of the same mode is tried; when something beyond the entry broke, the mode's other entries lead to
    the same place and are skipped.
    """
    if attempts and attempts[-1].outcome is not Outcome.UNAVAILABLE:
        return None
    if attempts and left_ms < LEAST_MS:
        return None
    tried = {attempt.way for attempt in attempts}
    hopeless = {attempt.way.mode for attempt in attempts if attempt.broke_at != attempt.way.entry}
    open_ways = (way for way in choices if way not in tried and way.mode not in hopeless)
    return next(open_ways, None)


def share_ms(choices: Sequence[Way], way: Way, left_ms: float) -> float:
    """How much of what is left of the business deadline a way may take: half while another mode stands behind it,
    so that a mode that hangs leaves time for the other one."""
    later = choices[choices.index(way) + 1 :]
    return left_ms / 2 if any(other.mode is not way.mode for other in later) else left_ms
