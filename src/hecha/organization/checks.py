"""What may be entered: values of the organisation are checked here before they are kept. Each mistake is named by its
field; a refused value changes nothing."""

import re
from dataclasses import dataclass
from datetime import datetime

from hecha.kernel.errors import BadInput
from hecha.kernel.free_text import check_text
from hecha.kernel.ids import UnitId
from hecha.organization.people import Expert, Numbers, Person, Seat
from hecha.organization.units import HEAD_OFFICE, Term, Units
from hecha.plan.posts import Body, Department, OrganizationRules, UnitLevel

NAME_CHARS_MAX = 40
FIELD_CHARS_MAX = 80
ID_CHARS_MAX = 60
PHONE_CHARS_MAX = 40
ACCOUNT_CHARS_MAX = 64
MAIL_CHARS_MAX = 80
UNIT_CHARS_MAX = 80
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PHONE = re.compile(r"[0-9+()（）*#,，;；、/转\- ]*")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+|")
_ONLY_BANKS, _NO_OFFICE = {Department.PERSONAL_FINANCE}, {UnitLevel.BANK, UnitLevel.BANK_CITY, UnitLevel.BANK_COUNTY}


@dataclass(frozen=True, slots=True)
class Checks:
    """Over one tree and one plan's rules. Every method raises BadInput; `where` is the field."""

    units: Units
    rules: OrganizationRules

    def person(self, person: Person) -> None:
        self.unit(person.unit)
        if not _ID.fullmatch(person.id) or len(person.id) > ID_CHARS_MAX:
            raise BadInput(
                "id", "人员编号只用字母、数字、点和横线 letters, digits, dots and hyphens only", "例如 P-0012"
            )
        _named("name", person.name, NAME_CHARS_MAX)
        for field, number in (("day", person.day), ("night", person.night), ("mobile", person.mobile)):
            _phone(field, number)
        if not _MAIL.fullmatch(person.mail) or len(person.mail) > MAIL_CHARS_MAX:
            raise BadInput("mail", "邮箱的写法不对 not a mail address", "例如 someone@example.org")
        if len(person.account) > ACCOUNT_CHARS_MAX or person.account.split() not in ([], [person.account]):
            raise BadInput("account", "账号太长或含空白 too long, or blanks in it", "填登录用的账号 give the sign-in")
        self._department(person.unit, person.department)

    def seat(self, seat: Seat) -> None:
        """Whether the person exists is for the caller."""
        self.unit(seat.unit)
        level = self.units.level(seat.unit)
        if seat.body is Body.OFFICE and level in _NO_OFFICE:
            raise BadInput("body", "银行机构不设办公室 banks have no office", "改为领导小组 choose the group")
        self._department(seat.unit, seat.department)
        _in_order(seat.since, seat.until)

    def numbers(self, numbers: Numbers) -> None:
        self.unit(numbers.unit)
        for field, number in (("day", numbers.day), ("night", numbers.night), ("duty_room", numbers.duty_room)):
            _phone(field, number)

    def expert(self, expert: Expert) -> None:
        self.unit(expert.unit)
        _named("name", expert.name, NAME_CHARS_MAX)
        _named("field", expert.field, FIELD_CHARS_MAX)
        _phone("phone", expert.phone)

    def term(self, term: Term) -> None:
        """Units that the network does not know may be founded in its areas and banks."""
        if not self.units.can_be(term.unit):
            raise BadInput("unit", "这里不能有这样的机构 no such unit can be here", "例如 pbc/3303、bank/<行号>/3303")
        if term.unit == HEAD_OFFICE:
            raise BadInput("unit", "总行没有期限 head office has no term", "填分支机构 give a branch")
        if term.superior is not None and (term.superior == term.unit or not self.units.can_be(term.superior)):
            raise BadInput("superior", "没有这个上级机构 no such superior unit", "例如 pbc/33、head_office")
        check_text("zh", term.zh, FIELD_CHARS_MAX)
        _in_order(term.since, term.until)

    def unit(self, unit: UnitId) -> None:
        """A unit that there is, at some time."""
        if len(unit) > UNIT_CHARS_MAX or not (self.units.exists(unit) or unit in self.units.terms):
            raise BadInput("unit", "没有这个机构 no such unit", "例如 pbc/3303、bank/<行号>、bank/<行号>/3303")

    def _department(self, unit: UnitId, department: Department) -> None:
        if department in _ONLY_BANKS and not unit.startswith("bank/"):
            way_out = "支付结算、科技、征信 settlement, technology, credit"
            raise BadInput("department", "人民银行没有这个部门 the central bank has no such department", way_out)


def _named(field: str, text: str, limit: int) -> None:
    if not check_text(field, text, limit):
        raise BadInput(field, "不能为空 must not be empty", "请填写 fill it in")


def _phone(field: str, number: str) -> None:
    if len(number) > PHONE_CHARS_MAX or not _PHONE.fullmatch(number):
        raise BadInput(field, "电话只写数字和连接符，至多40个字 digits and joiners only", "例如 0571-00001234转8001")


def _in_order(since: datetime | None, until: datetime | None) -> None:
    if since is not None and until is not None and until <= since:
        raise BadInput("until", "止期不晚于起期 it ends before it begins", "改一个日期 change one of the dates")
