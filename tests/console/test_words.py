"""Two languages: every message has its English, and English pages speak Chinese only in marked names."""

import re

import pytest
from babel.messages.pofile import read_po

from hecha.edges.web.app import PAGES
from hecha.edges.web.words import LOCALE, words
from tests.console.catalogue import messages
from tests.console.test_guard import filled
from tests.console.town import Town

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
MARKED = re.compile(r'<(\w+)[^>]*\blang="zh-Hans"[^>]*>.*?</\1>', re.S)
FILES = ("/organization/export", "/rota.ics")
SLOTS = re.compile(r"%\(\w+\)s")


def catalogue() -> dict[str, str]:
    with (LOCALE / "en" / "LC_MESSAGES" / "hecha.po").open("rb") as source:
        return {str(one.id): str(one.string) for one in read_po(source, locale="en") if one.id}


def test_every_message_is_translated() -> None:
    english = catalogue()
    assert len(messages()) > 300
    assert sorted(text for text in messages() if not english.get(text)) == []


def test_translations_keep_their_slots_and_speak_no_chinese() -> None:
    for text, english in catalogue().items():
        assert set(SLOTS.findall(text)) == set(SLOTS.findall(english)), text
        assert not CHINESE.search(english), text


def test_the_catalogue_is_compiled_in_memory_where_the_build_has_not_run() -> None:
    assert words("en").gettext("不能核查") == "Cannot verify"
    assert words("zh").gettext("不能核查") == "不能核查"


@pytest.mark.parametrize("login", ["clerk", "engineer", "province", "leader"])
@pytest.mark.parametrize("path", [path for path in PAGES if "{id}" not in path and path not in FILES])
def test_english_pages_speak_chinese_only_in_marked_names(town: Town, path: str, login: str) -> None:
    html = town.reader(login, "en").get(filled(path)).text
    assert '<html lang="en">' in html
    plain = MARKED.sub("", html)
    assert sorted(set(CHINESE.findall(plain))) == []


def test_the_sign_in_page_and_errors_speak_english_too(town: Town) -> None:
    browser = town.browser()
    browser.get("/language/en")
    assert "Sign in" in browser.get("/sign-in").text
    assert not CHINESE.search(MARKED.sub("", browser.get("/sign-in").text))
    refused = town.as_("auditor", "en").get("/counter").text
    assert "Sign in with a clerk" in refused
