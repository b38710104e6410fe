"""Free text of the procedure (reports, minutes, notes) names no citizen by number: it goes into the ledger."""

import re

from hecha.kernel.errors import BadInput
from hecha.kernel.free_text import TEXT_MAX, check_text
from hecha.verification.subject import check_number

_BETWEEN = re.compile(r"(?<=[0-9０-９])[\s\-.]+(?=[0-9０-９XxＸｘ])")
_EIGHTEEN = re.compile(r"(?=([0-9０-９]{17}[0-9０-９XxＸｘ]))")


def holds_number(text: str) -> bool:
    """Whether a citizen's number (its check character fits) stands in the text, however it is spaced."""
    return any(_is_number(found.group(1)) for found in _EIGHTEEN.finditer(_BETWEEN.sub("", text)))


def refuse_numbers(where: str, text: str) -> None:
    """Raises BadInput (which does not repeat it) for a text in which a citizen's number stands."""
    if holds_number(text):
        raise BadInput(
            where, "不得写入公民身份号码 no citizen's number here", "请改用登记簿编号 use the register's number"
        )


def checked_text(where: str, text: str, limit: int = TEXT_MAX) -> str:
    """The text without blanks around it. Raises BadInput when it is too long or names a citizen by number."""
    refuse_numbers(where, text)
    return check_text(where, text, limit)


def _is_number(word: str) -> bool:
    try:
        check_number(word)
    except BadInput:
        return False
    return True
