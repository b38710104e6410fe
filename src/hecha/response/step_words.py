"""What each step of `hecha.response.steps` says, in Chinese and English, and why one does not apply."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # the counter
    "outlet.delegate": (
        "请约定的受托机构代为核查：先打电话，再在柜面页发起委托，请客户稍坐",
        "Ask an agreed unit to verify: telephone first, then ask on the counter page; offer the customer a seat",
    ),
    "outlet.switch": (
        "改用另一种方式核查，客户不必重填",
        "Verify by the other mode; the customer fills in nothing again",
    ),
    "outlet.documents": (
        "请客户出示户口簿、护照或驾驶证，二代证可只用读卡机具鉴别",
        "Ask for household register, passport or driving licence; for a second-generation card the reader will do",
    ),
    "outlet.go_on": (
        "辨明为真的，照常办完业务，不让客户再跑一趟",
        "Once proved genuine, finish the business: nobody comes twice",
    ),
    "outlet.register": (
        "登记业务、凭证号和客户电话，告诉客户恢复后由我们补核",
        "Register business, voucher and telephone; tell the customer that we verify later",
    ),
    "outlet.door": (
        "贴出门口告示，写明业务照常、请带其他证件",
        "Put up the door notice: business goes on, please bring another document",
    ),
    "outlet.authority": (
        "看证件背面的签发机关：属于所列地区的，按以下办，其余照常核查",
        "Read the issuing authority on the back: cards of these areas as below, all others as usual",
    ),
    # a bank
    "bank.organise": (
        "召集本行小组，把各网点该做的一步告诉网点负责人，逐个问到",
        "Call the bank's group together; tell each outlet its step and hear that it was understood",
    ),
    "bank.delegates": (
        "给约定的受托机构逐家打电话，确认能核查、有人接，把电话发到网点",
        "Telephone each agreed unit, make sure that it can verify and answers; give the numbers to the outlets",
    ),
    "bank.switch": (
        "确认网点都能用另一种方式：用户、密码、权限都可用，不能用的当场开通",
        "Make sure the outlets can use the other mode: users, passwords and rights; set up what is missing",
    ),
    "bank.forms": (
        "查网点有没有登记表和编号登记单，不够的马上送，指定一人收登记",
        "See that outlets have register forms and numbered slips, send more, name one person who collects them",
    ),
    "bank.credit": (
        "信贷业务先受理、先审其他材料，身份以其他证件辨明，补核前不误客户",
        "Take loan applications and check the rest; establish identity by other documents, keep nobody waiting",
    ),
    "bank.customers": (
        "按统一口径向客户说明，收好联系电话，投诉当场记下",
        "Explain to customers in one wording, keep their telephone numbers, note complaints at once",
    ),
    "bank.report": (
        "向当地人民银行小组和本行上级同时报告办到哪一步、有什么困难",
        "Tell the local branch's group and the own superior at the same time how far it is and what is hard",
    ),
    # a branch of the central bank
    "branch.business": (
        "指挥业务措施：逐家核对银行做到哪一步，汇总登记笔数，按情况调整",
        "Command the business measures: how far each bank is, how many entries; adjust as needed",
    ),
    "branch.credit": (
        "指挥征信业务的措施：查询照常受理，身份以其他证件辨明",
        "Command the credit measures: requests are taken, identity established by other documents",
    ),
    "branch.accept": (
        "腾出能够核查的操作端，接受辖内网点的委托，电话有人接",
        "Free a terminal that can verify, accept delegations of the area, answer the telephone",
    ),
    "branch.data_error": (
        "把出错地区的公安机关名单发到各银行，标明只看证件背面的签发机关",
        "Give the banks the list of the authorities concerned; only what is printed on the card counts",
    ),
    "branch.technology": (
        "组织抢修，填报预计恢复时间，每有变化马上更新",
        "Organise the repair, state an estimate, change it as soon as it changes",
    ),
    "branch.office": (
        "传达、催办、接听，汇总各方情况报领导小组",
        "Convey, urge, answer; sum up for the group",
    ),
    "runbook": ("按处置手册抢修", "Repair by the runbook"),
    # why not
    "why.same_source": (
        "不适用：数据来自同一来源，结果相同",
        "Not applicable: the records have one source, the answer is the same",
    ),
    "why.no_other_mode": ("不适用：本机构没有另一种方式", "Not applicable: this institution has no other mode"),
    "why.other_mode_down": ("不适用：另一种方式也不能核查", "Not applicable: the other mode does not work either"),
    "why.not_prescribed": ("不采用：这一级没有这项措施", "Not used: this grade does not prescribe it"),
    "why.works_by_switch": ("不采用：换方式即可", "Not used: the other mode works"),
    "why.only_if_others_fail": ("以上不成时才用", "Only if what stands above fails"),
}
"""Key → (Chinese, English)."""


def say(key: str, language: str = "zh") -> str:
    """A step's words."""
    return WORDS[key][language == "en"]
