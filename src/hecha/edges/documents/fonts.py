"""Fonts: named as GB/T 9704 has them, with what may stand in for each; which of them this machine has.

None is shipped. A PDF is made with what is installed, and says what stood in; a DOCX only names them.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typst

SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN")
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")
FACES: Mapping[str, tuple[str, ...]] = {
    "fang": ("仿宋_GB2312", "FangSong_GB2312", "FangSong", "仿宋", "STFangsong"),
    "title": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05"),
    "hei": ("黑体", "SimHei", "STHeiti"),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "KaiTi", "楷体", "STKaiti", "AR PL UKai CN", "AR PL KaitiM GB"),
    "song": ("宋体", "SimSun", "STSong"),
}
LATIN = ("Times New Roman", "Liberation Serif", "Tinos", "Nimbus Roman")
NAMED = {"fang": "仿宋_GB2312", "title": "方正小标宋简体", "hei": "黑体", "kai": "楷体_GB2312", "song": "宋体"}
INSTALL = "安装 fonts-noto-cjk（Debian），或先下载可编辑的 DOCX install fonts-noto-cjk, or take the DOCX"
_STAND_INS: Mapping[str, tuple[str, ...]] = {"hei": SANS} | dict.fromkeys(("fang", "title", "kai", "song"), SERIF)


@dataclass(frozen=True, slots=True)
class Fonts:
    """What is installed: families by name in lower case, and the characters that some font has (sorted ranges)."""

    families: frozenset[str]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def has(self, family: str) -> bool:
        return family.lower() in self.families

    def shows(self, character: str) -> bool:
        """Whether some installed font has a glyph for it."""
        at = bisect_right(self.starts, ord(character)) - 1
        return ord(character) < 0x80 or (at >= 0 and ord(character) <= self.ends[at])

    def chosen(self, face: str) -> str:
        """The family that a face is set in here; "" when neither it nor a stand-in is installed."""
        return next((name for name in (*FACES[face], *_STAND_INS[face], *SERIF, *SANS) if self.has(name)), "")

    @property
    def can_chinese(self) -> bool:
        """Whether Chinese can be set at all."""
        return all(self.shows(one) for one in "核查浙") and all(self.chosen(face) for face in FACES)

    def notes(self) -> tuple[str, ...]:
        """What stands in for a face that is not installed, in words."""
        stands_in: dict[str, list[str]] = {}
        for face in FACES:
            if (chosen := self.chosen(face)) not in FACES[face]:
                stands_in.setdefault(chosen, []).append(NAMED[face])
        return tuple(f"{'、'.join(names)}未安装，PDF 以 {family} 代替" for family, names in stands_in.items())

    def for_template(self) -> dict[str, object]:
        """The faces as the template takes them: only families that are here, so that nothing is looked for in vain."""
        faces: dict[str, object] = {}
        for face in FACES:
            own = [name for name in FACES[face] if self.has(name)]
            faces[face] = [*own, *filter(self.has, dict.fromkeys((*_STAND_INS[face], *SERIF, *SANS)))]
            faces[f"{face}-weight"] = "regular" if own else "bold"  # a stand-in of normal weight would be too light
        return faces | {"latin": [name for name in LATIN if self.has(name)][:1]}


@cache  # ok: fonts are read once per process; a new one is seen after a restart, as the note says
def installed() -> Fonts:
    """The fonts of this machine, as typst finds them."""
    found = typst.Fonts()
    paths = {Path(font.path) for font in found.fonts() if font.path}
    return fonts_of(found.families(), (one for path in sorted(paths) for one in characters(path)))


def fonts_of(families: Iterable[str], ranges: Iterable[tuple[int, int]]) -> Fonts:
    """From family names and ranges of characters (both ends included), in any order."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(ranges):
        if starts and start <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Fonts(frozenset(name.lower() for name in families), tuple(starts), tuple(ends))


def characters(path: Path) -> list[tuple[int, int]]:
    """The ranges of characters for which a font file has glyphs (its `cmap`, formats 4 and 12); [] if unreadable."""
    try:
        data = path.read_bytes()
        offsets = {at for font in _fonts_in(data) for at in _subtables(data, font)}
        return [one for at in sorted(offsets) for one in _ranges(data, at)]
    except (OSError, struct.error, IndexError):
        return []


def _fonts_in(data: bytes) -> tuple[int, ...]:
    """Where each font of a file begins: a collection holds several."""
    if data[:4] != b"ttcf":
        return (0,)
    (count,) = struct.unpack_from(">I", data, 8)
    return struct.unpack_from(f">{count}I", data, 12)


def _subtables(data: bytes, font: int) -> list[int]:
    """Where the Unicode subtables of a font's `cmap` begin."""
    (tables,) = struct.unpack_from(">H", data, font + 4)
    for at in range(font + 12, font + 12 + 16 * tables, 16):
        if data[at : at + 4] == b"cmap":
            (cmap,) = struct.unpack_from(">I", data, at + 8)
            (count,) = struct.unpack_from(">H", data, cmap + 2)
            records = [struct.unpack_from(">HHI", data, cmap + 4 + 8 * n) for n in range(count)]
            return [cmap + where for platform, coding, where in records if platform == 0 or coding in (1, 10)]
    return []


def _ranges(data: bytes, at: int) -> list[tuple[int, int]]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == 12:
        (groups,) = struct.unpack_from(">I", data, at + 12)
        found = (struct.unpack_from(">III", data, at + 16 + 12 * n) for n in range(groups))
        return [(start, end) for start, end, glyph in found if glyph or start != end]
    if form == 4:
        (twice,) = struct.unpack_from(">H", data, at + 6)
        ends = struct.unpack_from(f">{twice // 2}H", data, at + 14)
        starts = struct.unpack_from(f">{twice // 2}H", data, at + 16 + twice)
        return [(start, end) for start, end in zip(starts, ends, strict=True) if start != 0xFFFF]
    return []
