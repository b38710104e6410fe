"""All errors of Hecha.

    HechaError
    ├── Refused       the rules forbid it: clause, reason, way out
    ├── BadInput      what was given is wrong: where, what, and a suggestion
    ├── NotThere      no such thing, or not yours to see
    ├── Conflict      the same key with another payload, or a state that has moved on
    └── Unavailable   a part of ours is away: which, and what to do meanwhile

HTTP codes for them live in one table, `hecha.edges.api.problems`.
"""


class HechaError(Exception):
    """Base of all; its sentence is fit for users."""


class Refused(HechaError):
    """The rules forbid it."""

    def __init__(self, clause: str, reason: str, way_out: str) -> None:
        super().__init__(f"{reason}（{clause}）。{way_out}")
        self.clause = clause
        self.reason = reason
        self.way_out = way_out


class BadInput(HechaError):
    """What was given is wrong. `where` is a file, `file:line` or a field; `suggestion` may be empty."""

    def __init__(self, where: str, what: str, suggestion: str = "") -> None:
        super().__init__(f"{where}: {what}" + (f" ({suggestion})" if suggestion else ""))
        self.where = where
        self.what = what
        self.suggestion = suggestion


class NotThere(HechaError):
    """No such thing, or not yours to see."""


class Conflict(HechaError):
    """The same key with another payload, or a state that has moved on."""


class Unavailable(HechaError):
    """A part of ours is away."""

    def __init__(self, part: str, meanwhile: str) -> None:
        super().__init__(f"{part}: {meanwhile}")
        self.part = part
        self.meanwhile = meanwhile
