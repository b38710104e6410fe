"""Every kind of notice and every small fact has its words in both languages; an unknown one is shown as it is."""

import ast
from pathlib import Path

import hecha
from hecha.edges.notify import words
from hecha.edges.store.store import Store
from tests.notify.town import put

SOURCE = Path(hecha.__file__).parent


def test_titles_stand_in_both_languages() -> None:
    for zh, en in (*words.TITLES.values(), *words.FACTS.values()):
        assert any("\u4e00" <= one <= "\u9fff" for one in zh)
        assert en.isascii()


def test_an_unknown_word_is_shown_as_it_is() -> None:
    assert words.title("something.new") == "something.new"
    assert words.fact("something", "en") == "something"


def test_a_kind_without_a_title_is_told_to_developers(small_store: Store, every_notice_has_a_title: set[str]) -> None:
    put(small_store, what="something.new")
    assert every_notice_has_a_title == {"something.new"}
    every_notice_has_a_title.clear()


def test_words_that_rooms_write_out_have_titles() -> None:
    """Those built from parts are caught when a test puts them."""
    said = {what for path in SOURCE.rglob("*.py") for what in _whats(path)}
    assert said <= set(words.TITLES)
    assert "run.step" in said


def _whats(path: Path) -> set[str]:
    """The literal `what` of every Notice that a file makes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Notice"]
    given = [call.args[2] for call in calls if len(call.args) > 2]
    given += [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "what"]
    return {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
