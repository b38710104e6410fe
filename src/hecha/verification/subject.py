"""The subject of a verification (被核查人): name and citizen's number, checked, normalised, masked wherever printed.

A number is 18 characters by GB 11643: six of area, eight of the birth date, three of sequence, one check character.
The area is never looked up: codes come and go, and the prefix does not say which police issued the card.
No error repeats what was given.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul

from hecha.kernel.errors import BadInput

NUMBER_LENGTH = 18
NAME_LENGTH_MAX = 50  # characters
AUTHORITY_LENGTH_MAX = 60  # characters
BIRTH_YEAR_MIN = 1890
BIRTH_YEAR_MAX = 2099

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = ord("0") * sum(_WEIGHTS)
_CHECK_CHARACTERS = "10X98765432"
_HALF_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {ord(x): "X" for x in "xＸｘ"}
_PLAIN = re.compile(r"[1-9][0-9]{16}[0-9X]")
_SPACE = re.compile(r"\s+")
_DOTS = str.maketrans(dict.fromkeys("•‧・･．∙⋅᛫●.", "·"))
_LETTERS = frozenset(("Lu", "Ll", "Lo", "Lm", "Nl", "Co", "Mn"))  # Co: rare characters in the private use area


@dataclass(frozen=True, slots=True, repr=False)
class Subject:
    """Who is verified. Printing it shows no name and a masked number. `card_authority` is as printed on the card."""

    name: str
    number: str
    card_authority: str = ""

    def __repr__(self) -> str:
        return f"Subject({mask(self.number)})"


def subject(name: str, number: str, card_authority: str = "", today: date | None = None) -> Subject:
    """What a counter typed, checked and normalised. Raises BadInput whose `where` is the field."""
    authority = _SPACE.sub("", card_authority)
    if len(authority) > AUTHORITY_LENGTH_MAX:
        raise BadInput(
            "card_authority",
            f"签发机关超过 {AUTHORITY_LENGTH_MAX} 个字 / the issuing authority is too long",
            "照证件填写 / as printed on the card",
        )
    return Subject(check_name(name), check_number(number, today), authority)


def check_number(text: str, today: date | None = None) -> str:
    """The number in its normal form: half-width, upper-case X, no spaces.

    With `today`, a later birth date is refused. Raises BadInput that never repeats the number."""
    number = text
    if not _PLAIN.fullmatch(number):
        number = _SPACE.sub("", text).translate(_HALF_WIDTH)
        _check_shape(number)
    _check_birth(number, today)
    if check_character(number[:17]) != number[17]:
        raise _bad_number("校验码不符 / the check character does not fit", "请重新录入 / type it again from the card")
    return number


def check_character(seventeen: str) -> str:
    """The check character of the first seventeen digits (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECK_CHARACTERS[(sum(map(mul, seventeen.encode(), _WEIGHTS)) - _ZEROS) % 11]


def check_name(text: str) -> str:
    """The name in its normal form: NFC, one kind of middle dot, no spaces between characters.

    Rare characters (all planes, and the private use area that older systems have) are kept as they are.
    Raises BadInput that never repeats the name."""
    name = unicodedata.normalize("NFC", _inner_spaces(text.translate(_DOTS).strip()))
    if not name:
        raise _bad_name("姓名为空 / the name is empty", "照证件填写 / as printed on the card")
    if len(name) > NAME_LENGTH_MAX:
        raise _bad_name(f"姓名超过 {NAME_LENGTH_MAX} 个字 / too long", "检查多余文字 / check for extra text")
    for place, character in enumerate(name, 1):
        if character not in "· " and unicodedata.category(character) not in _LETTERS:
            raise _bad_name(
                f"第 {place} 个字不是姓名用字 / character {place} is not a letter", "照证件填写 / as printed"
            )
    if name[0] == "·" or name[-1] == "·" or "··" in name:
        raise _bad_name("间隔号位置不对 / a middle dot is out of place", "形如 甲·乙 / between two parts")
    return name


def mask(number: str) -> str:
    """For people who may see that much: `330302********1234`. Anything that is not a number is hidden whole."""
    if len(number) != NUMBER_LENGTH:
        return "*" * NUMBER_LENGTH
    return f"{number[:6]}********{number[14:]}"


def _check_shape(number: str) -> None:
    if len(number) == 15 and number.isascii() and number.isdigit():
        raise _bad_number(
            "15 位旧号码已停用 / numbers of 15 digits are no longer in use",
            "请客户出示二代居民身份证，录入 18 位号码 / ask for the present card and its 18-character number",
        )
    if len(number) != NUMBER_LENGTH:
        what = f"应为 {NUMBER_LENGTH} 位，现为 {len(number)} 位 / {len(number)} characters instead of {NUMBER_LENGTH}"
        raise _bad_number(what, "检查是否漏录或多录 / check for missing or extra characters")
    digits, last = number[:17], number[17]
    if not (number.isascii() and digits.isdigit() and (last.isdigit() or last == "X")) or digits[0] == "0":
        raise _bad_number(
            "前 17 位应为数字，末位为数字或 X / must be 17 digits and a digit or X", "请重新录入 / type it again"
        )


def _check_birth(number: str, today: date | None) -> None:
    way_out = "核对第 7 至 14 位 / check characters 7 to 14"
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise _bad_number("出生日期不存在 / there is no such birth date", way_out) from None
    if not BIRTH_YEAR_MIN <= birth.year <= BIRTH_YEAR_MAX or (today is not None and birth > today):
        raise _bad_number("出生日期不合理 / the birth date is not plausible", way_out)


def _inner_spaces(name: str) -> str:
    """Spaces are only kept, one at a time, in names with Latin letters."""
    return _SPACE.sub(" " if any(character.isascii() and character.isalpha() for character in name) else "", name)


def _bad_number(what: str, way_out: str) -> BadInput:
    return BadInput("number", what, way_out)


def _bad_name(what: str, way_out: str) -> BadInput:
    return BadInput("name", what, way_out)
