"""What people say or type, trimmed and bounded: a sentence, a name, a number on paper."""

from hecha.kernel.errors import BadInput

TEXT_CHARACTERS_MAX = 2000
NAME_CHARACTERS_MAX = 60
NUMBER_CHARACTERS_MAX = 60


def said(where: str, text: str, most: int = TEXT_CHARACTERS_MAX) -> str:
    """The text, trimmed. Raises BadInput when nothing was said, or more than `most` characters."""
    found = perhaps(where, text, most)
    if not found:
        raise BadInput(where, "没有填写 nothing was entered", "写一句话 write a sentence")
    return found


def perhaps(where: str, text: str, most: int = TEXT_CHARACTERS_MAX) -> str:
    """The same where nothing may be said."""
    found = text.strip()
    if len(found) > most:
        raise BadInput(where, f"超过 {most} 字 more than {most} characters", "写要点 be brief")
    return found
