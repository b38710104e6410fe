"""Documents tell the truth: what they name exists, and what exists is named."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from hecha.edges.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
READMES = ["README.md", "README.zh-CN.md"]
DOCUMENTS = sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GUIDES = ["docs/guide.en.md", "docs/guide.zh.md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def verbs() -> set[str]:
    """Every verb of the command line, groups spelt out: `plan check`."""
    command: Any = typer.main.get_command(app)
    found = set()
    for name, sub in command.commands.items():
        inner = getattr(sub, "commands", None)
        found |= {f"{name} {verb}" for verb in inner} if inner else {name}
    return found


def variables() -> set[str]:
    """Every environment variable the product reads."""
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    return {name for source in sources for name in re.findall(r"""["'](HECHA_[A-Z_]+)["']""", source)}


@pytest.mark.parametrize("readme", READMES)
def test_every_verb_is_in_the_readme(readme: str) -> None:
    missing = {verb for verb in verbs() if f"hecha {verb}" not in text_of(readme)}
    assert not missing


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    assert {name for name in variables() if f"`{name}`" not in text_of(readme)} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_verbs_that_documents_name_exist(document: str) -> None:
    known = verbs()
    for line in re.findall(r"`hecha ([a-z][^`]*)`", text_of(document)):
        words = line.split()
        assert words[0] in known or " ".join(words[:2]) in known, f"{document}: hecha {line}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_that_documents_name_exist(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text_of(document), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text_of(document)):
        assert (folder / target).exists(), f"{document} → {target}"


def test_every_setting_documented_in_the_readme_is_read() -> None:
    assert set(re.findall(r"`(HECHA_[A-Z_]+)`", text_of("README.md"))) <= variables()


def test_every_page_has_its_place_in_both_guides() -> None:
    from hecha.edges.web.app import PAGES

    for guide in GUIDES:
        missing = [path for path in PAGES if f"`{path.replace(':path', '')}`" not in text_of(guide)]
        assert not missing, f"{guide}: {missing}"


def test_documents_carry_no_address_of_a_registry_or_a_machine() -> None:
    wrong = re.compile(r"/wor[k]/|/roo[t]/|(?<!no-emit-)index-ur[l]|https?://[a-z.]*(?:py[p]i|npm[j]s|pythonhost[e]d)")
    files = [*ROOT.glob("requirements/*"), *(ROOT / name for name in DOCUMENTS), ROOT / "Makefile", ROOT / ".ci/run"]
    assert [str(path) for path in files if wrong.search(path.read_text(encoding="utf-8"))] == []
