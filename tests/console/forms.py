"""A form as a browser would submit it: hidden and filled fields, chosen options; and what is left to be typed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """`fields` are what would be submitted now; `empty` those that must be typed before a browser submits."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)  # text fields and areas

    @property
    def empty(self) -> set[str]:
        return {name for name in self.required if not self.fields.get(name)}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = self._area = self._select = ""
        self._first = True

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        if tag == "form":
            self.forms.append(Form(attributes.get("action", "")))
            self._inside = "form"
        elif self._inside:
            self._field(tag, attributes)

    def _field(self, tag: str, attributes: dict[str, str]) -> None:
        form, name = self.forms[-1], attributes.get("name", "")
        if tag in ("input", "textarea", "select") and name and "required" in attributes:
            form.required.add(name)
        if tag == "input" and name:
            form.fields[name] = attributes.get("value", "")
            if attributes.get("type", "text") == "text":
                form.typed.add(name)
        elif tag == "textarea":
            self._area = name
            form.fields[name] = ""
            form.typed.add(name)
        elif tag == "select":
            self._select, self._first = name, True
        elif tag == "option" and self._select and (self._first or "selected" in attributes):
            form.fields[self._select] = attributes.get("value", "")
            self._first = False

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data


def form_of(html: str, action: str) -> Form:
    """The form with this action."""
    reader = _Reader()
    reader.feed(html)
    return next(form for form in reader.forms if form.action == action)
