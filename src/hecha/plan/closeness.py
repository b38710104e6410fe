"""Suggestions by closeness: what a wrong word was probably meant to be."""

from collections.abc import Iterable
from difflib import SequenceMatcher

CLOSE_ENOUGH = 0.34  # one right character of two in a Chinese word is close
LISTED_MAX = 8


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word nearest to `word`, or None when none is near."""
    rated = [(SequenceMatcher(None, word, each, autojunk=False).ratio(), each) for each in allowed]
    best = max(rated, key=lambda pair: pair[0], default=(0.0, ""))
    return best[1] if best[0] >= CLOSE_ENOUGH else None


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The way out of a wrong word: the closest one, or the list of what would do; "" when nothing would."""
    choices = list(allowed)
    near = closest(word[:100], choices)
    if near is not None:
        return f"是不是“{near}”？"
    if not choices:
        return ""
    more = "…" if len(choices) > LISTED_MAX else ""
    return "可用：" + "、".join(choices[:LISTED_MAX]) + more
