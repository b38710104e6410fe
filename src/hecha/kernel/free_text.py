"""Free text that people type and the ledger keeps: bounded, and never with a citizen's number in it."""

import re

from hecha.kernel.errors import BadInput

TEXT_MAX = 400
_CITIZEN_NUMBER = re.compile(r"(?<!\d)\d{14}(\d|\d{3}[\dXx])(?!\d)")


def check_text(
    field: str, text: str, limit: int = TEXT_MAX, way_out: str = "请用编号代替 use the entry's number instead"
) -> str:
    """The text without blanks around it. Raises BadInput naming the field: too long, or a citizen's number in it."""
    if len(text) > limit:
        raise BadInput(field, f"不能超过 {limit} 字 too long", "写要点 be brief")
    if _CITIZEN_NUMBER.search(text):
        raise BadInput(field, "不要在此填写公民身份号码 no citizen's number here", way_out)
    return text.strip()
