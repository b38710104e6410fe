"""Channels are off until they are set, and a wrong setting is named without showing a secret."""

from pathlib import Path

import pytest

from hecha.edges.notify.channel import DINGTALK_PER_MINUTE
from hecha.edges.notify.settings import FILE, NotifySettings, load_notify_settings
from hecha.flow.convey import Way
from hecha.kernel.errors import BadInput

SECRET = "s3cr3t-of-the-gateway-0123456789"
ALL = f"""
address = "https://hecha.intranet.example/"
[sms]
url = "https://sms.intranet.example/send"
token = "{SECRET}"
fields = {{ mobile = "{{to}}", content = "{{text}} {{link}}" }}
yes_field = "code"
yes_value = "0"
[sms.receipts]
token = "{SECRET}"
[dingtalk.groups."pbc/33"]
token = "{SECRET}"
secret = "{SECRET}"
[wecom.groups."*"]
token = "{SECRET}"
[feishu.groups."*"]
token = "{SECRET}"
[mail]
host = "mail.intranet.example"
sender = "hecha@bank.example"
password = "{SECRET}"
"""


def load(tmp_path: Path, text: str, mode: int = 0o600) -> NotifySettings:
    path = tmp_path / FILE
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return load_notify_settings(path)


def test_without_the_file_all_is_off(tmp_path: Path) -> None:
    assert load_notify_settings(tmp_path / FILE) == NotifySettings()
    assert load(tmp_path, "").channels == {}


def test_every_channel_can_be_set(tmp_path: Path) -> None:
    found = load(tmp_path, ALL)
    assert set(found.channels) == {Way.SMS, Way.DINGTALK, Way.WECOM, Way.FEISHU, Way.MAIL}
    assert found.address == "https://hecha.intranet.example"
    assert found.receipts is not None
    assert found.channels[Way.DINGTALK].per_minute == DINGTALK_PER_MINUTE
    assert found.channels[Way.DINGTALK].line("pbc/3303") == ""
    assert found.channels[Way.WECOM].line("pbc/3303") == "wecom:*"


def test_no_secret_is_shown(tmp_path: Path) -> None:
    assert SECRET not in repr(load(tmp_path, ALL))


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="chmod 600"):
        load(tmp_path, ALL, 0o640)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("[smoke]\nurl = 1", "smoke"),
        ('[sms]\nurl = "ftp://x"\nfields = {a="{to}"}\nyes_field="c"\nyes_value="0"', "sms.url"),
        (f'[sms]\nurl = "https://x"\ntoken = "{SECRET}"\nfields = {{a="b"}}\nyes_field="c"\nyes_value="0"', "{to}"),
        ('[sms]\nurl = "https://x"\nfields = {a="{to}"}\nyes_field="c"\nyes_value="0"\nper_minute=0', "sms.per_minute"),
        ('[sms]\nurl = "https://x"\nfields = {a="{to}"}\nyes_field="c"\nyes_value="0"\ntimeout_s=99', "sms.timeout_s"),
        ('[sms]\nurl = "https://x"\nfields = {a="{to}"}\nyes_field="c"\nyes_value="0"\n[sms.receipts]\ntoken="short"',
         "sms.receipts.token"),
        (f'[dingtalk]\nhost = "x"\n[dingtalk.groups."*"]\ntoken = "{SECRET}"', "dingtalk.host"),
        (f'[dingtalk]\nper_minute = 21\n[dingtalk.groups."*"]\ntoken = "{SECRET}"', "dingtalk.per_minute"),
        (f'[mail]\nhost = "m"\nsender = "a@b"\npassword = "{SECRET}"\nport = "no"', "mail.port"),
        (f'[mail]\nhost = "m"\nsender = "a@b"\npassword = "{SECRET}"\nsecurity = "none"', "mail.security"),
        ('address = "intranet"', "address"),
        (f'token = "{SECRET}', "TOML"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_and_no_secret_shown(tmp_path: Path, wrong: str, named: str) -> None:
    with pytest.raises(BadInput) as found:
        load(tmp_path, wrong)
    assert named in str(found.value)
    assert SECRET not in str(found.value)
