"""Numbers of pre-printed register slips (纸单号): outlet, batch, running number and a check character.

    ICBC-0001-0102395-07-K     outlet ICBC-0001, printed in minute 102395 since 2026, its 7th slip, check K

The batch is the minute of printing, or the next one that no earlier printing of the outlet has taken, so that two
printings never share a number. The check character is that of
ISO 7064 MOD 37,36 over all that stands before it: every single wrong character is caught, and a slip of another outlet
is, too.
"""

from datetime import UTC, datetime, timedelta

from hecha.kernel.errors import BadInput
from hecha.kernel.ids import OutletId

SLIPS_MAX = 99
"""Slips of one printing."""
NUMBER_CHARS_MAX = 80
BATCH_DIGITS, RUNNING_DIGITS = 7, 2
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_END = _BEGIN + timedelta(minutes=10**BATCH_DIGITS)  # January 2045


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 over figures and capital letters; other characters are passed over."""
    size = len(_ALPHABET)
    rest = size
    for one in _compact(text):
        rest = (rest + _ALPHABET.index(one)) % size or size
        rest = rest * 2 % (size + 1)
    return _ALPHABET[(size + 1 - rest) % size]


def slip_numbers(outlet: OutletId, printed: datetime, count: int) -> tuple[str, ...]:
    """The numbers of one printing. Raises BadInput for a count outside 1-99, or a moment outside 2026-2044."""
    if not 0 < count <= SLIPS_MAX:
        raise BadInput("count", f"一次可打印 1 至 {SLIPS_MAX} 张纸单 slips of one printing", "分几次打印 print again")
    if not _BEGIN <= printed < _END:
        raise BadInput("printed", "打印时间应在 2026 至 2044 年之间 the clock is outside 2026-2044", "核对系统时间")
    batch = (printed - _BEGIN) // timedelta(minutes=1)
    return tuple(_number(outlet, f"{batch:0{BATCH_DIGITS}}", f"{at:0{RUNNING_DIGITS}}") for at in range(1, count + 1))


def free_batch(printed: datetime, last: str = "") -> datetime:
    """The moment whose batch a printing takes: now, or right after the batch of the `last` number that was printed.

    Raises BadInput for what is no slip number."""
    if not last:
        return printed
    parts = last.rsplit("-", 3)
    if len(parts) < 4 or not parts[1].isdigit():
        raise BadInput("slip", "不是纸单号 not a slip number", "照纸单右上角抄写 copy it as printed")
    return max(printed, _BEGIN + timedelta(minutes=int(parts[1]) + 1))


def read_slip_number(text: str, outlet: OutletId) -> str:
    """The number as printed, from what was typed: with or without hyphens, blanks and the outlet's part.

    Raises BadInput when it is no slip number of this outlet or a character is wrong; "" stays ""."""
    typed, own = _compact(text), _compact(outlet)
    if not typed:
        return ""
    tail = typed[len(own) :] if typed.startswith(own) and len(typed) > BATCH_DIGITS + RUNNING_DIGITS + 1 else typed
    batch, running, check = tail[:BATCH_DIGITS], tail[BATCH_DIGITS:-1], tail[-1:]
    if len(tail) != BATCH_DIGITS + RUNNING_DIGITS + 1 or not (batch + running).isdigit():
        raise BadInput(
            "slip", "不是本网点的纸单号 not a slip number of this outlet", "照纸单右上角抄写 copy it as printed"
        )
    number = _number(outlet, batch, running)
    if number[-1] != check:
        way_out = "逐字核对；注意 0 与 O、1 与 I compare every character"
        raise BadInput("slip", "纸单号校验不符，有一处写错，或是别的网点的 the check character does not fit", way_out)
    return number


def _number(outlet: OutletId, batch: str, running: str) -> str:
    body = f"{outlet.upper()}-{batch}-{running}"
    return f"{body}-{check_character(body)}"


def _compact(text: str) -> str:
    return "".join(one for one in text.upper() if one in _ALPHABET)
