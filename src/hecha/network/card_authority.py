"""From the issuing authority on a card (签发机关) to its city, for cards as people type them.

The table of the network holds how authorities print their names. What is typed may have spaces, the province in front,
the city before a county's own bureau, or a branch of the city's bureau that the table does not list.
"""

import re
from collections.abc import Mapping

from hecha.kernel.ids import AreaCode

_SPACE = re.compile(r"\s+")
_PROVINCE = re.compile(r"^[^省市县区]{2,8}(?:省|自治区)")
_BUREAU = "公安局"
_DISTRICT = re.compile(r"^(?P<city>.{2,8}?市)(?P<district>.{1,8})区公安分?局$")  # 杭州市西湖区公安分局
_PREFIXED = re.compile(r"^.{1,8}?市(?P<own>.{1,12}[市县]公安局)$")  # 温州市永嘉县公安局


def city_of_authority(printed: str, authorities: Mapping[str, AreaCode]) -> AreaCode | None:
    """The city of an issuing authority as printed or typed, `None` when it is not one of this network's.

    Never guesses from the number on the card."""
    name = _PROVINCE.sub("", _SPACE.sub("", printed))
    for form in _forms(name):
        if form in authorities:
            return authorities[form]
    bureau, found, branch = name.partition(_BUREAU)
    return authorities.get(bureau + _BUREAU) if found and branch.endswith("分局") else None


def _forms(name: str) -> list[str]:
    """How the table may have it, the likeliest first."""
    forms = [name]
    if district := _DISTRICT.match(name):
        forms.append(f"{district['city']}{_BUREAU}{district['district']}区分局")
    if prefixed := _PREFIXED.match(name):
        forms.append(prefixed["own"])
    return forms
