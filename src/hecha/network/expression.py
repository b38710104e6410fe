"""Path expressions (核查路径): how a mode depends on components, as text that an official can read.

    terminal & line & (front/a | front/b) & relay

`&` binds closer than `|`; parentheses group. A name may hold placeholders: `outlet/{outlet}/line`.
"""

import re
from collections.abc import Iterator

from hecha.kernel.errors import BadInput
from hecha.network.model import AllOf, AnyOf, Expression, Part

PLACEHOLDERS = ("outlet", "county", "city", "province", "bank")
MAX_LENGTH = 4_000  # characters
MAX_DEPTH = 20  # nested parentheses

_TOKEN = re.compile(r"\s*(?:([&|()])|([^\s&|()]+))")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def parse(text: str) -> Expression:
    """The expression of a text. Raises BadInput that names the word and its column."""
    if len(text) > MAX_LENGTH:
        raise BadInput("path", f"longer than {MAX_LENGTH} characters")
    return _Parser(_tokens(text), len(text.rstrip()) + 1).whole()


def show(expression: Expression) -> str:
    """The text of an expression; `parse(show(e)) == e` for whatever `parse` gives."""
    match expression:
        case Part(name):
            return name
        case AllOf(operands):
            return " & ".join(f"({show(one)})" if isinstance(one, AnyOf) else show(one) for one in operands)
        case AnyOf(operands):
            return " | ".join(show(one) for one in operands)


def names(expression: Expression) -> Iterator[str]:
    """The names in it, templates as they are written, from left to right."""
    if isinstance(expression, Part):
        yield expression.name
    else:
        for one in expression.operands:
            yield from names(one)


def placeholders(name: str) -> tuple[str, ...]:
    """The placeholders of a name: `city/{city}/line` -> ("city",)."""
    return tuple(_PLACEHOLDER.findall(name))


def _tokens(text: str) -> list[tuple[int, str]]:
    return [(found.start(1) + found.start(2) + 2, found[1] or found[2]) for found in _TOKEN.finditer(text)]


class _Parser:
    """Recursive descent over (column, word) pairs."""

    def __init__(self, tokens: list[tuple[int, str]], end: int) -> None:
        self.tokens = [*tokens, (end, "")]
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        expression = self.any_of()
        column, word = self.tokens[self.at]
        if word == ")":
            raise BadInput(f"column {column}", "a closing parenthesis without an opening one")
        if word:
            raise BadInput(f"column {column}", f"{word!r} follows without & or |", "join them with & or |")
        return expression

    def any_of(self) -> Expression:
        operands = [self.all_of()]
        while self.take("|"):
            operands.append(self.all_of())
        return operands[0] if len(operands) == 1 else AnyOf(_flat(AnyOf, operands))

    def all_of(self) -> Expression:
        operands = [self.one()]
        while self.take("&"):
            operands.append(self.one())
        return operands[0] if len(operands) == 1 else AllOf(_flat(AllOf, operands))

    def one(self) -> Expression:
        column, word = self.tokens[self.at]
        if not word:
            raise BadInput(f"column {column}", "ends where a component is expected")
        if word in "&|)":
            raise BadInput(f"column {column}", f"{word!r} where a component is expected")
        self.at += 1
        return self.group(column) if word == "(" else Part(_checked(column, word))

    def group(self, column: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadInput(f"column {column}", f"more than {MAX_DEPTH} nested parentheses")
        inner = self.any_of()
        if not self.take(")"):
            raise BadInput(f"column {column}", "this parenthesis is never closed")
        self.depth -= 1
        return inner

    def take(self, word: str) -> bool:
        if self.tokens[self.at][1] != word:
            return False
        self.at += 1
        return True


def _flat(kind: type[AllOf] | type[AnyOf], operands: list[Expression]) -> tuple[Expression, ...]:
    """Nested operands of the same kind join: rule 3 combines them in any order."""
    flat: list[Expression] = []
    for one in operands:
        flat.extend(one.operands if isinstance(one, kind) else (one,))
    return tuple(flat)


def _checked(column: int, word: str) -> str:
    bare = _PLACEHOLDER.sub("", word)
    if "{" in bare or "}" in bare:
        raise BadInput(f"column {column}", f"{word!r} has an unmatched brace")
    for placeholder in placeholders(word):
        if placeholder not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise BadInput(f"column {column}", f"unknown placeholder {{{placeholder}}}", f"one of {known}")
    return word
