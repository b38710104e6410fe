"""SMS through a gateway with an HTTP interface, described by settings: each operator's gateway names its fields anew.

The message says that there is a notice and where to look, and nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from hecha.edges.notify.channel import Failed, Letter, Sent, Why, failure_of
from hecha.edges.notify.http_post import HttpAnswer, post
from hecha.flow.convey import Way


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """`fields` are the request's, with {to}, {text}, {link} and {key} filled in; `yes` is the answer's field and the
    value that it has when the message was taken; `id_field` is where the gateway's own id stands."""

    url: str
    token: str = field(repr=False)
    fields: Mapping[str, str]
    form: str = "json"
    yes: tuple[str, str] = ("code", "0")
    id_field: str = ""
    per_minute: int = 60
    timeout_s: float = 10.0
    way: Way = Way.SMS

    def line(self, unit: str) -> str:
        return "sms"

    def send(self, letter: Letter) -> Sent | Failed:
        answer = post(self.url, self._body(letter), self._headers(letter), self.timeout_s)
        if isinstance(answer, Failed):
            return answer
        return failure_of(answer.status, answer.retry_after) or self._judged(answer)

    def _body(self, letter: Letter) -> bytes:
        slots = {"to": letter.to, "text": letter.text, "link": letter.link, "key": letter.key}
        filled = {name: _fill(text, slots) for name, text in self.fields.items()}
        return (json.dumps(filled, ensure_ascii=False) if self.form == "json" else urlencode(filled)).encode()

    def _headers(self, letter: Letter) -> dict[str, str]:
        kind = "application/json" if self.form == "json" else "application/x-www-form-urlencoded"
        headers = {"content-type": f"{kind}; charset=utf-8", "idempotency-key": letter.key.encode().hex()}
        return headers | ({"authorization": f"Bearer {self.token}"} if self.token else {})

    def _judged(self, answer: HttpAnswer) -> Sent | Failed:
        """Status 200 alone is no yes."""
        try:
            said = json.loads(answer.body)
        except ValueError:
            return Failed(Why.BAD_ANSWER)
        name, value = self.yes
        found = at_path(said, name)
        if found is None:
            return Failed(Why.BAD_ANSWER)
        if str(found) != value:
            return Failed(Why.REFUSED, retry=False)
        return Sent(str(at_path(said, self.id_field) or "")[:80] if self.id_field else "")


def _fill(text: str, slots: Mapping[str, str]) -> str:
    for name, value in slots.items():
        text = text.replace("{" + name + "}", value)
    return text


def at_path(said: Any, path: str) -> Any:
    """`data.id` in the answer; `None` where there is no such thing."""
    for name in path.split("."):
        said = said.get(name) if isinstance(said, dict) else None
    return said
