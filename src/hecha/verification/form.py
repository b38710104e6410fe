"""Whether a name and number have the form that every hop asks for (the entrance has normalised them already).

`subject.py` explains to people what is wrong; this says only yes or no, fast enough for each hop to ask again.
"""

import re

from hecha.verification.subject import BIRTH_YEAR_MAX, BIRTH_YEAR_MIN, NAME_LENGTH_MAX, NUMBER_LENGTH

_YEARS = frozenset(str(year) for year in range(BIRTH_YEAR_MIN, BIRTH_YEAR_MAX + 1))
_DAYS = frozenset(
    f"{month:02}{day:02}"
    for month, days in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), 1)
    for day in range(1, days + 1)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)
_VALUES = {character: value for value, character in enumerate("0123456789X")}
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # rare characters of the private use area are fit


def _sums(start: int, end: int) -> dict[str, int]:
    """Every run of digits at these places → its part of the weighted sum (GB 11643)."""
    texts = (str(number).zfill(end - start) for number in range(10 ** (end - start)))
    return {text: _sum(text, start) for text in texts}


def _sum(text: str, start: int) -> int:
    return sum(_VALUES[character] * weight for character, weight in zip(text, _WEIGHTS[start:], strict=False))


_FIRST, _SECOND = _sums(0, 3), _sums(3, 6)
_LAST = {digits + check: part + _VALUES[check] for digits, part in _sums(14, 17).items() for check in _VALUES}
_births: dict[str, int] = {}
"""Birth dates that have come → their part of the sum; only real dates come in here, so it cannot grow without end."""


def good_number(number: str) -> bool:
    """18 characters in normal form, a real birth date, the right check character: with it the sum is 1 modulo 11."""
    if len(number) != NUMBER_LENGTH or number[0] == "0":
        return False
    try:
        birth = _births.get(number[6:14])
        if birth is None:
            birth = _births[number[6:14]] = _birth(number[6:14])
        return (_FIRST[number[:3]] + _SECOND[number[3:6]] + birth + _LAST[number[14:]]) % 11 == 1
    except KeyError:
        return False


def _birth(date: str) -> int:
    """A birth date's part of the sum. Raises KeyError when there is no such date."""
    year, day = date[:4], date[4:]
    if year not in _YEARS or day not in _DAYS or (day == "0229" and not _leap(int(year))):
        raise KeyError(date)
    return _sum(date, 6)


def good_name(name: str) -> bool:
    """Not empty, not too long, no control characters or blanks at its ends."""
    return 0 < len(name) <= NAME_LENGTH_MAX and name == name.strip() and not _UNFIT.search(name)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
