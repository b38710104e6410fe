"""A photo inside the page: a data address of a picture type that we know, else none."""

_STARTS = (("/9j/", "jpeg"), ("iVBOR", "png"), ("Qk", "bmp"), ("UklG", "webp"))
CHARS_MAX = 1_000_000


def photo_source(base64: str | None) -> str:
    """`data:image/jpeg;base64,…`, or "" when there is none or it is not a picture."""
    if not base64 or len(base64) > CHARS_MAX:
        return ""
    kind = next((kind for start, kind in _STARTS if base64.startswith(start)), None)
    return f"data:image/{kind};base64,{base64}" if kind else ""
