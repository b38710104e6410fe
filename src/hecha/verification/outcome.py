"""The closed list of what a verification may say (facts of the field; anything else is `unavailable`)."""

from enum import StrEnum


class Outcome(StrEnum):
    MATCH_PHOTO = "match_photo"  # 公民身份号码与姓名一致，且存在照片
    MATCH_NO_PHOTO = "match_no_photo"  # 公民身份号码与姓名一致，但不存在照片
    NAME_MISMATCH = "name_mismatch"  # 公民身份号码存在，但与姓名不匹配
    NOT_FOUND = "not_found"  # 公民身份号码不存在
    CARD_LOST = "card_lost"  # 证件已挂失
    CARD_INVALID = "card_invalid"  # 证件已失效
    INPUT_ERROR = "input_error"  # 输入参数错误
    UNAVAILABLE = "unavailable"  # 系统未能返回结果


ANSWERED = frozenset(Outcome) - {Outcome.UNAVAILABLE, Outcome.INPUT_ERROR}
"""Outcomes that the police source really gave."""
