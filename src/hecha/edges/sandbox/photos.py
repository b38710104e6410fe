"""Photos of the synthetic population: drawn figures, computed from a citizen's index, plainly not a person.

A photo is a small PNG with a palette. Pixels depend only on the figure's shape (hair, eyes, mouth) and are compressed
once a shape; colours and the strip of marks at the foot, which differ for each citizen, lie in the palette. So a photo
costs microseconds and any two citizens' photos differ.
"""

import struct
import zlib
from functools import cache
from math import sqrt

WIDTH, HEIGHT = 96, 120  # pixels
MARKS = 24  # bits of the index shown as light and dark squares

_BACK, _SKIN, _HAIR, _INK, _MOUTH, _COAT, _LABEL, _FIRST_MARK = range(8)
_HAIRS, _EYES, _MOUTHS = 6, 4, 4
_BACKS = ((205, 222, 240), (222, 232, 218), (240, 228, 208), (226, 218, 238))
_SKINS = ((250, 214, 178), (238, 190, 150), (222, 170, 128), (180, 205, 180), (186, 190, 226))
_HAIR_COLOURS = ((32, 30, 38), (70, 48, 36), (120, 120, 126), (24, 60, 84), (96, 36, 60))
_COATS = ((52, 84, 128), (128, 56, 62), (58, 108, 84), (92, 92, 98), (140, 104, 44), (88, 66, 124))
_EIGHT_MARKS = tuple(
    b"".join(b"\x10\x10\x18" if byte >> bit & 1 else b"\xf4\xf4\xf4" for bit in range(8)) for byte in range(256)
)
_LETTERS = {"T": "7222222", "E": "7446447", "S": "3442117"}  # three pixels a row, bits of an octal digit


def photo(index: int) -> bytes:
    """The PNG of citizen `index`."""
    rest, hair = divmod(_scatter(index), _HAIRS)
    rest, eyes = divmod(rest, _EYES)
    rest, mouth = divmod(rest, _MOUTHS)
    return _HEAD + _chunk(b"PLTE", _palette(rest, index)) + _pixels(hair, eyes, mouth) + _END


def _scatter(index: int) -> int:
    return (index * 0x9E3779B97F4A7C15 >> 7) & 0xFFFF_FFFF


def _palette(rest: int, index: int) -> bytes:
    rest, back = divmod(rest, len(_BACKS))
    rest, skin = divmod(rest, len(_SKINS))
    rest, hair = divmod(rest, len(_HAIR_COLOURS))
    colours = [_BACKS[back], _SKINS[skin], _HAIR_COLOURS[hair], (20, 20, 24), (176, 64, 64)]
    colours += [_COATS[rest % len(_COATS)], (255, 255, 255)]
    marks = _EIGHT_MARKS[index & 255] + _EIGHT_MARKS[index >> 8 & 255] + _EIGHT_MARKS[index >> 16 & 255]
    return b"".join(map(bytes, colours)) + marks


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


_HEAD = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0))
_END = _chunk(b"IEND", b"")


@cache  # ok: 96 shapes at most
def _pixels(hair: int, eyes: int, mouth: int) -> bytes:
    rows = [bytearray([_BACK]) * WIDTH for _ in range(HEIGHT)]
    _figure(rows, hair)
    _eyes(rows, eyes)
    _mouth(rows, mouth)
    _marks(rows)
    _label(rows)
    return _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9))


def _box(rows: list[bytearray], left: int, top: int, right: int, bottom: int, colour: int) -> None:
    for y in range(max(top, 0), min(bottom, HEIGHT)):
        rows[y][left:right] = bytes([colour]) * (right - left)


def _oval(rows: list[bytearray], x: int, y: int, wide: int, high: int, colour: int) -> None:
    for row in range(max(y - high, 0), min(y + high + 1, HEIGHT)):
        half = int(wide * sqrt(1 - ((row - y) / high) ** 2))
        left, right = max(x - half, 0), min(x + half + 1, WIDTH)
        rows[row][left:right] = bytes([colour]) * (right - left)


def _figure(rows: list[bytearray], hair: int) -> None:
    if hair in (2, 3, 5):
        _box(rows, 20, 42, 76, 84 if hair == 5 else 70, _HAIR)
    _oval(rows, 48, 116, 40, 32, _COAT)
    _box(rows, 41, 70, 55, 90, _SKIN)
    _oval(rows, 48, 42, 30, 32, _HAIR)
    _oval(rows, 48, 50, 24, 30, _SKIN)
    if hair in (1, 3):
        _box(rows, 26, 22, 70, 34, _HAIR)
    if hair == 4:
        _oval(rows, 48, 10, 10, 9, _HAIR)


def _eyes(rows: list[bytearray], eyes: int) -> None:
    for x in (38, 58):
        _oval(rows, x, 48, (3, 4, 3, 2)[eyes], (3, 2, 4, 2)[eyes], _INK)
        _box(rows, x - 5, 40 - eyes % 2, x + 6, 42 - eyes % 2, _HAIR)
    if eyes == 3:  # glasses
        for x in (38, 58):
            _box(rows, x - 7, 43, x + 8, 44, _INK)
            _box(rows, x - 7, 54, x + 8, 55, _INK)
            _box(rows, x - 7, 43, x - 6, 55, _INK)
            _box(rows, x + 7, 43, x + 8, 55, _INK)


def _mouth(rows: list[bytearray], mouth: int) -> None:
    _box(rows, 47, 55, 50, 60, _HAIR if mouth == 3 else _INK)
    _oval(rows, 48, 68, (8, 6, 9, 5)[mouth], (2, 3, 1, 4)[mouth], _MOUTH)


def _marks(rows: list[bytearray]) -> None:
    """A strip at the foot: each square shows one bit of the index."""
    for mark in range(MARKS):
        left = mark * WIDTH // MARKS
        _box(rows, left, 114, left + WIDTH // MARKS, HEIGHT, _FIRST_MARK + mark)


def _label(rows: list[bytearray]) -> None:
    """TEST, in white, across the chest."""
    for nth, letter in enumerate("TEST"):
        for y, bits in enumerate(_LETTERS[letter]):
            for x in range(3):
                if int(bits) >> (2 - x) & 1:
                    _box(rows, 28 + nth * 11 + x * 3, 92 + y * 3, 31 + nth * 11 + x * 3, 95 + y * 3, _LABEL)
