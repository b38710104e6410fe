"""What a notice is called, in both languages. Producers' words stand here; an unknown one is shown as it is."""

from collections.abc import Mapping

SMS_TEXT = "您有一条应急通知，请登录查看"
"""All that a text message says: no content, no name, no place."""
TITLES: Mapping[str, tuple[str, str]] = {
    "notice.unanswered": ("下级单位尚未确认通知，请督促", "A unit below has not acknowledged: urge it"),
}
FACTS: Mapping[str, tuple[str, str]] = {
    "grade": ("等级", "Grade"),
    "area": ("地区", "Area"),
    "number": ("文号", "Number"),
    "unit": ("单位", "Unit"),
    "what": ("事项", "Matter"),
}


def title(what: str, language: str = "zh") -> str:
    """The title of a kind of notice."""
    return _of(TITLES, what, language)


def fact(name: str, language: str = "zh") -> str:
    """What one of the small facts is called."""
    return _of(FACTS, name, language)


def _of(table: Mapping[str, tuple[str, str]], key: str, language: str) -> str:
    found = table.get(key)
    return key if found is None else found[language == "en"]
