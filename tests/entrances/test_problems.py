"""Errors of ours as problem details: one table, and nothing of what was sent comes back."""

import json

import pytest

from hecha.edges.api import problems
from hecha.kernel.errors import BadInput, Conflict, HechaError, NotThere, Refused, Unavailable

CASES = [
    (problems.KeyMissing(), 400),
    (problems.NotSignedIn(), 401),
    (Refused("5.1.1(2)", "不允许", "改用非接口方式"), 403),
    (NotThere("没有"), 404),
    (Conflict("已有"), 409),
    (problems.TooLarge(10), 413),
    (BadInput("outlet", "没有这个网点", "查网点号"), 422),
    (problems.Busy("入口", "稍后"), 503),
    (Unavailable("转接系统", "稍后"), 503),
    (HechaError("别的"), 500),
]


@pytest.mark.parametrize(("error", "status"), CASES, ids=[type(error).__name__ for error, _ in CASES])
def test_each_error_has_its_status_and_its_form(error, status):
    answer = problems.response(error)
    body = json.loads(answer.body)
    assert answer.status_code == body["status"] == status
    assert answer.media_type == "application/problem+json"
    assert body["type"].startswith("/problems/")
    assert body["title"]
    assert body["detail"]
    assert ("retry-after" in answer.headers) == (status == 503)
    assert ("www-authenticate" in answer.headers) == (status == 401)


def test_every_error_of_ours_has_a_row_of_its_own_or_of_its_base():
    def family(kind):
        return [kind, *(grand for child in kind.__subclasses__() for grand in family(child))]

    for kind in family(HechaError):
        assert any(issubclass(kind, row[0]) for row in problems.TABLE)
    kinds = [row[0] for row in problems.TABLE]
    for early, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[early + 1 :]), f"{kind} hides a later row"


def test_a_refusal_carries_its_clause_and_the_way_out():
    body = problems.problem(Refused("5.1.1(2)", "这家银行没有接口方式", "改用非接口方式"))
    assert (body["clause"], body["way_out"]) == ("5.1.1(2)", "改用非接口方式")


def test_validation_errors_never_repeat_the_input():
    secret = "330102199001011234"
    answer = problems.invalid(
        [{"loc": ("body", "subject", "number"), "type": "string_type", "input": secret, "msg": secret}]
    )
    assert answer.status_code == 422
    assert secret not in answer.body.decode()
    assert "body.subject.number" in answer.body.decode()


def test_at_most_twenty_errors_are_shown():
    answer = problems.invalid([{"loc": ("a", i), "type": "missing"} for i in range(99)])
    assert len(json.loads(answer.body)["errors"]) == problems.ERRORS_SHOWN_MAX
