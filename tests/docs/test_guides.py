"""The guides quote the console's own words, so that what a person reads is what a person sees."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from hecha.edges.web.words import LOCALE
from hecha.response.wording import WORDS

ROOT = Path(__file__).resolve().parents[2]
_SLOT = re.compile(r"%\\?\(\w+\\?\)s")


def words_of_pages() -> dict[str, set[str]]:
    """Every text that pages and cards may show, by language."""
    with (LOCALE / "en" / "LC_MESSAGES" / "hecha.po").open("rb") as file:
        catalogue = [message for message in read_po(file) if message.id]
    sources = "".join(
        path.read_text(encoding="utf-8") for path in LOCALE.parent.rglob("*") if path.suffix in (".html", ".py")
    )
    chinese = {str(message.id) for message in catalogue} | set(re.findall(r"""[_(]\(?"([^"]+)"\)""", sources))
    english = {str(message.string) for message in catalogue}
    return {"zh": chinese | {zh for zh, _ in WORDS.values()}, "en": english | {en for _, en in WORDS.values()}}


def quoted_in(guide: str) -> set[str]:
    text = (ROOT / guide).read_text(encoding="utf-8")
    return {" ".join(words.split()) for words in re.findall(r"“([^”]+)”", text)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_guide_quotes_stands_on_a_page(language: str) -> None:
    texts = words_of_pages()[language]
    forms = [re.compile(_SLOT.sub(".+", re.escape(text))) for text in texts if "%(" in text and len(text) < 80]
    everything = "\n".join(texts)
    strange = {
        words
        for words in quoted_in(f"docs/guide.{language}.md")
        if words not in everything and not any(form.fullmatch(words) for form in forms)
    }
    assert strange == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_guide_quotes_enough_to_mean_something(language: str) -> None:
    assert len(quoted_in(f"docs/guide.{language}.md")) > 40
