"""A batch file as text: CSV, or a ZIP with one CSV, in UTF-8 or GBK. Sizes are limited before anything is unpacked."""

import io
import lzma
import struct
import zipfile
import zlib

from hecha.kernel.errors import BadInput

FILE_BYTES_MAX = 4 << 20
TEXT_BYTES_MAX = 8 << 20
_UNREADABLE = (  # all that reading a ZIP of somebody else's making may raise
    zipfile.BadZipFile,
    RuntimeError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


def text_of(name: str, content: bytes) -> str:
    """The CSV text in a file. Raises BadInput naming what is wrong with it."""
    if len(content) > FILE_BYTES_MAX:
        raise BadInput("file", f"文件超过 {FILE_BYTES_MAX >> 20} MB (too large)", "请分成几个文件")
    suffix = name.lower().rpartition(".")[2]
    if suffix not in ("csv", "zip", "txt"):
        raise BadInput("file", "只收 CSV 或装有一个 CSV 的 ZIP (only CSV, or a ZIP with one CSV)", "请另存为 CSV")
    return _decode(_unpack(content) if suffix == "zip" else content)


def _unpack(content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [item for item in archive.infolist() if not item.is_dir()]
            if len(inside) != 1 or not inside[0].filename.lower().endswith((".csv", ".txt")):
                raise BadInput("file", "ZIP 中应只有一个 CSV (the ZIP must hold exactly one CSV)")
            with archive.open(inside[0]) as packed:
                text = packed.read(TEXT_BYTES_MAX + 1)  # a bomb is never unpacked further than this
    except _UNREADABLE as error:
        raise BadInput("file", "ZIP 已损坏或有密码 (damaged or locked ZIP)") from error
    if len(text) > TEXT_BYTES_MAX:
        raise BadInput("file", f"解压后超过 {TEXT_BYTES_MAX >> 20} MB (too large when unpacked)", "请分成几个文件")
    return text


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # GBK is a part of GB 18030
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("file", "编码应为 UTF-8 或 GBK (encoding must be UTF-8 or GBK)", "请另存为 CSV UTF-8")
