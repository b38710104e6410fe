"""Mail through Apprise. Its server is the institution's own; the message carries a title and a link."""

from dataclasses import dataclass, field
from typing import Any

from apprise import AppriseAsset
from apprise.plugins.email import NotifyEmail

from hecha.edges.notify.channel import Failed, Letter, Sent, Why
from hecha.edges.notify.unlogged import keep_out_of_logs
from hecha.flow.convey import Way

keep_out_of_logs("apprise")
_Mail: Any = NotifyEmail


@dataclass(frozen=True, slots=True)
class MailServer:
    """`security`: starttls, ssl or insecure (inside the house only)."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"
    per_minute: int = 60
    timeout_s: float = 10.0
    way: Way = Way.MAIL

    def line(self, unit: str) -> str:
        return "mail"

    def send(self, letter: Letter) -> Sent | Failed:
        mail = _Mail(
            smtp_host=self.host,
            host=self.host,
            port=self.port,
            user=self.user or None,
            password=self.password or None,
            secure_mode=self.security,
            from_addr=f"Hecha <{self.sender}>",
            targets=[letter.to],
            headers={"X-Hecha-Key": letter.key},
            asset=AppriseAsset(app_id="Hecha"),
        )
        if not mail.targets:
            return Failed(Why.REFUSED, retry=False)  # it cannot be an address
        mail.socket_connect_timeout = self.timeout_s
        return Sent() if mail.send(body=f"{letter.text}\n{letter.link}", title=letter.title) else Failed(Why.FAULT)
