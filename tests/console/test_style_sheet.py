"""The style sheet is whole: a block that is not closed would take every rule after it along."""

from hecha.edges.web.render import STATIC


def test_every_block_of_the_style_sheet_is_closed() -> None:
    depth = 0
    for number, line in enumerate((STATIC / "hecha.css").read_text(encoding="utf-8").splitlines(), 1):
        depth += line.count("{") - line.count("}")
        assert 0 <= depth <= 1 or "@media" in line, f"line {number}: {line[:60]}"
    assert depth == 0
