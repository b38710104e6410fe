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
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # rare characters of the private use area are fit


def _sums(start: int, end: int) -> dict[str, int]:
    """Every run of digits at these places → its part of the weighted sum (GB 11643)."""
    width, weights = end - start, _WEIGHTS[start:end]
    texts = (str(number).zfill(width) for number in range(10**width))
    return {text: sum(int(digit) * weight for digit, weight in zip(text, weights, strict=True)) for text in texts}


_A, _B, _C, _D, _E, _F = _sums(0, 3), _sums(3, 6), _sums(6, 9), _sums(9, 12), _sums(12, 15), _sums(15, 17)


def good_number(number: str) -> bool:
    """18 characters in normal form, a real birth date, the right check character."""
    if len(number) != NUMBER_LENGTH or number[0] == "0" or number[6:10] not in _YEARS or number[10:14] not in _DAYS:
        return False
    if number[10:14] == "0229" and not _leap(int(number[6:10])):
        return False
    try:
        total = _A[number[:3]] + _B[number[3:6]] + _C[number[6:9]]
        total += _D[number[9:12]] + _E[number[12:15]] + _F[number[15:17]]
    except KeyError:
        return False
    return _CHECK[total % 11] == number[17]


def good_name(name: str) -> bool:
    """Not empty, not too long, no control characters or blanks at its ends."""
    return 0 < len(name) <= NAME_LENGTH_MAX and name == name.strip() and not _UNFIT.search(name)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
