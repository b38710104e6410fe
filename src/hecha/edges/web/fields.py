"""Fields of forms as values: moments in the province's time, and whole numbers."""

from datetime import datetime

from hecha.edges.web.dress import CHINA
from hecha.edges.web.visit import Visit
from hecha.kernel.errors import BadInput


def moment_or_none(visit: Visit, name: str) -> datetime | None:
    """A local moment of a form; None when it was left empty. Raises BadInput for one that cannot be read."""
    text = visit.field(name, 40)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(name, "看不懂这个时间 not a time", "例如 2026-03-12T09:30") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def number_or_none(visit: Visit, name: str) -> int | None:
    """A small whole number; None when it was left empty. Raises BadInput."""
    text = visit.field(name, 10)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise BadInput(name, "应是整数 a whole number", "例如 3")
    return int(text)


def texts(visit: Visit, name: str, limit: int = 160) -> list[str]:
    """All values of a repeated field."""
    return [one.strip()[:limit] for one in visit.form.getlist(name) if isinstance(one, str) and one.strip()]
