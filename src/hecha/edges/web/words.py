"""The console's two languages: Chinese in the source, English in the catalogue.

`words("en").gettext("正常")` is "Up". The catalogue is `locale/en/LC_MESSAGES/hecha.po`; the build compiles it into
a .mo, and where that is absent or older (a checkout) the .po is compiled in memory at start.
"""

import gettext
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"zh": "zh-Hans", "en": "en"}
"""The language's short name, and its tag for HTML."""
LOCALE = Path(__file__).parent / "locale"
DOMAIN = "hecha"


def N_(message: str) -> str:
    """Mark a message that is translated where it is shown."""
    return message


def words(language: str) -> gettext.NullTranslations:
    """The translations of one language; Chinese is the source and needs none."""
    if language == "zh":
        return gettext.NullTranslations()
    folder = LOCALE / language / "LC_MESSAGES"
    compiled, source = folder / f"{DOMAIN}.mo", folder / f"{DOMAIN}.po"
    if compiled.exists() and (not source.exists() or compiled.stat().st_mtime >= source.stat().st_mtime):
        return gettext.GNUTranslations(BytesIO(compiled.read_bytes()))
    return gettext.GNUTranslations(_compile(source, language))


def _compile(source: Path, language: str) -> BytesIO:
    with source.open("rb") as text:
        catalogue = read_po(text, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return compiled
