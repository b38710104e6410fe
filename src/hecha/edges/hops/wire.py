"""What travels between hops: JSON over HTTP/1.1, answers carry `x-hecha-mac`.

    POST /hop/verify   HopRequest -> HopAnswer       (HTTP 102 after 100 ms without an answer: hop acknowledgement)
    POST /hop/ping     Ping       -> Pong            (never journalled)
    GET  /hop/outcomes?after=N&limit=M -> Outcomes   (what the journal holds, without citizens' data)
    POST /hop/routes   RouteOrder -> RouteTable      (switching over by hand, 5.2.2; sealed with the control key)
    POST /hop/fault    FaultOrder -> FaultTable      (sandbox and drills only; loopback and token)
    GET  /healthz /readyz /metrics

The MAC is hex HMAC-SHA256 with the key of this pair of hops over request id, a newline, and the body.
"""

import msgspec

from hecha.verification.outcome import Outcome


class HopRequest(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One person's verification on its way up. `entry` is the component that took it in:
    `account-system`, `credit-system`, `direct-login` or `bank/<id>/core`."""

    id: str
    name: str
    number: str
    mode: str  # interface | non_interface
    entry: str
    outlet: str
    bank: str
    business: str = "01"  # 01 account, 02 credit, 03 payment, 04 anti-money-laundering, 05 other
    key: str = ""  # client's idempotency key, scoped by institution
    card_city: str = ""
    deadline_ms: int = 10_000  # what is left of the business deadline


class Step(msgspec.Struct, omit_defaults=True):
    """One hop's part. `result` ∈ ok, timeout, refused, reset, bad_answer, bad_mac, open (breaker), full, closed
    (service hours), down (a gate inside an entrance)."""

    hop: str
    ms: float
    result: str = "ok"


class HopAnswer(msgspec.Struct, omit_defaults=True):
    """`path` is outermost first. `broke_at` names the component that could not be passed (unavailable only)."""

    id: str
    outcome: Outcome
    path: list[Step] = []
    photo: str = ""  # base64
    issuing_authority: str = ""
    broke_at: str = ""


class Ping(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A hop ping: with `outlet` and `mode` it takes that outlet's way; without, the hop's own ways up.
    `via` forces one route (e.g. `channel/backup`), so that idle standbys are tested as well."""

    id: str
    mode: str = ""
    entry: str = ""
    outlet: str = ""
    bank: str = ""
    via: str = ""
    target: str = ""  # stop at this component; "" = the police source


class Pong(msgspec.Struct, omit_defaults=True):
    id: str
    reached: bool
    path: list[Step] = []
    broke_at: str = ""


class OutcomeRow(msgspec.Struct, omit_defaults=True):
    """One journalled attempt, without the citizen: what detection may know."""

    seq: int
    at: float  # Unix seconds
    outlet: str
    bank: str
    mode: str
    entry: str
    outcome: str
    ms: float
    path: list[Step] = []
    broke_at: str = ""
    card_city: str = ""


class Outcomes(msgspec.Struct):
    hop: str
    head: str  # hex chain head of the journal after the last row
    rows: list[OutcomeRow]
    more: bool = False


class FaultOrder(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`fault` ∈ down, up, slow, garbage, half-open, bitflip, truncate, data, photo.

    Freezing is a signal (SIGSTOP), not a message."""

    component: str
    fault: str
    value: str = ""  # milliseconds for slow; CITY=0.43 or CITY=missing for data


class FaultTable(msgspec.Struct):
    faults: dict[str, str]


class RouteOrder(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which route goes first while it works (`prefer`, "" gives the order back; None only asks), ordered by whom.

    `at` (Unix seconds) and `id` make it good for once and for a moment."""

    id: str
    at: float
    prefer: str | None = None
    by: str = ""


class RouteState(msgspec.Struct):
    """`state` ∈ closed (works), half_open, open (ejected)."""

    name: str
    state: str
    in_use: bool


class RouteTable(msgspec.Struct):
    hop: str
    routes: list[RouteState]
    preferred: str = ""
