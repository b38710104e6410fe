"""Code families of interface banks (核查结果代码): the same number means different things in different families.

`00` is 一致且有照片 in family `a` and 一致但无照片 in `onebank`; so the family is a setting per bank, never guessed.
What a family cannot say (lost and invalid cards, since 2018) is said as "other error" with words beside it; a code
that is unknown, "other error" or "not found or mismatch" is no result: `unavailable`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from hecha.kernel.errors import BadInput
from hecha.verification.outcome import Outcome

_FOUR = (Outcome.MATCH_PHOTO, Outcome.MATCH_NO_PHOTO, Outcome.NAME_MISMATCH, Outcome.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class CodeFamily:
    """`codes` for what it can say, `wrong_input` as we send it, `also_input` as we accept it, `other` for the rest."""

    name: str
    codes: Mapping[Outcome, str]
    other: str
    wrong_input: str
    also_input: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()  # known codes that are no result

    def code(self, outcome: Outcome) -> str:
        """What to write in CheckResult. `unavailable` has no code: raises ValueError, it is an ErrorMessage."""
        if outcome is Outcome.UNAVAILABLE:
            raise ValueError("unavailable has no code")
        if outcome is Outcome.INPUT_ERROR:
            return self.wrong_input
        return self.codes.get(outcome, self.other)

    def outcome(self, code: str) -> Outcome:
        """What a code of this family says; anything that is not surely a result is `unavailable`."""
        if code in self.never or code == self.other:
            return Outcome.UNAVAILABLE
        if code == self.wrong_input or code in self.also_input:
            return Outcome.INPUT_ERROR
        return next((outcome for outcome, own in self.codes.items() if own == code), Outcome.UNAVAILABLE)


def _four(*codes: str) -> Mapping[Outcome, str]:
    return MappingProxyType(dict(zip(_FOUR, codes, strict=True)))


FAMILIES: Mapping[str, CodeFamily] = MappingProxyType(
    {
        "a": CodeFamily("a", _four("00", "01", "02", "03"), other="04", wrong_input="05"),
        "onebank": CodeFamily(
            "onebank",
            _four("01", "00", "02", "03"),
            other="-9",
            wrong_input="-5",
            also_input=frozenset({"-1", "-2", "-3", "-4"}),
            never=frozenset({"04"}),  # 号码不存在或与姓名不匹配: says nothing certain
        ),
        # Has no code for a wrong input, and 13 (照片不相符) is a human's judgement, never ours.
        "aml": CodeFamily("aml", _four("11", "12", "14", "15"), other="16", wrong_input="16", never=frozenset({"13"})),
    }
)
DEFAULT = "a"


def family(name: str) -> CodeFamily:
    """A family by its name. Raises BadInput with the known ones."""
    try:
        return FAMILIES[name]
    except KeyError:
        raise BadInput("cfx_family", "没有这个代码族 no such code family", "、".join(FAMILIES)) from None
