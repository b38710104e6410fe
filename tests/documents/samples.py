"""One paper of each kind, of one invented event: both front servers down for nine hours."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hecha.edges.files.plan_folder import load_plan
from hecha.flow.documents import brief, calls, evaluation, handover, minutes, order, register, release, report
from hecha.flow.documents.frame import CHINA, Frame, ground_of
from hecha.flow.documents.model import Document

BEGUN = datetime(2026, 3, 12, 8, 10, tzinfo=CHINA)
EVENT = "全省网点不能以非接口方式核查事件"
NUMBER = "E260312-0810"
GROUND = ground_of(load_plan("zhejiang"))
BRANCH, OFFICE = "人民银行浙江省分行", "浙江省领导小组办公室"


def hours(count: float) -> datetime:
    return BEGUN + timedelta(hours=count)


def frame(**more: Any) -> Frame:
    usual = Frame(BRANCH, date(2026, 3, 12), branch=True, number="浙银发〔2026〕3号", addressees=("人民银行总行",))
    return replace(
        usual, cc=("各市中心支行",), printed_by=f"{BRANCH}办公室", trace=f"事件 {NUMBER} · 台账第128条", **more
    )


INNER = Frame(OFFICE, date(2026, 3, 12), trace=f"事件 {NUMBER}")


def measured(name: str, value: str) -> report.Statement:
    return report.Statement(name, value, measured=True, at=hours(2))


def judged(name: str, value: str) -> report.Statement:
    return report.Statement(name, value, measured=False, at=hours(2.2), by="某甲")


REPORT = report.ReportPaper(
    frame=frame(signer="某乙"),
    ground=GROUND,
    kind=report.ReportKind.FIRST,
    event=EVENT,
    event_number=NUMBER,
    contents={
        "4.1.1(1)": (
            measured("发生单位", "人民银行浙江省分行科技处"),
            measured("发生时间", "2026年3月12日8时10分"),
            measured("发现时间", "2026年3月12日8时11分"),
            measured("发生地点", "杭州网间互联综合前置机房"),
        ),
        "4.1.1(2)": (
            measured("测得的故障部件", "网间互联综合前置A机、B机"),
            judged("性质", "硬件故障"),
            judged("原因", "存储控制器故障，备机切换后同一部件失效"),
        ),
        "4.1.1(3)": (
            measured("不能以非接口方式核查的网点", "12000个（共12000个）"),
            measured("不能以接口方式核查的网点", "2900个"),
            measured("测算的等级", "重大（1.4.2.2(2)）"),
            judged("认定的等级", "重大"),
        ),
        "4.1.1(4)": (
            measured("预计恢复时间", "2026年3月12日17时40分"),
            judged("现场组织指挥", "科技处负责人到场指挥"),
            judged("先期处置措施", "全国性接口行网点已改用接口方式，其余网点登记后办理"),
            judged("系统修复", "供应商工程师9时20分到场，正在更换部件"),
        ),
        "4.1.1(5)": (
            measured("应急处置办法的启动", "尚未启动，先期处置中"),
            judged("需要上级协助", "是：请协调备件"),
            judged("申请上级启动应急办法", "是"),
        ),
    },
    missing=("涉及客户数",),
    calls=(report.Call("人民银行总行", "某乙", "某丙", hours(0.5), "前置双机故障，全省非接口方式中断"),),
    attachments=("受影响网点清单", "处置时间线"),
)
FOLLOW_UP = replace(
    REPORT,
    kind=report.ReportKind.FOLLOW_UP,
    serial=2,
    since_last=(
        report.Happening(hours(3), "总行领导小组决定启动应急处置办法"),
        report.Happening(hours(3.2), "启动命令送达11个地市领导小组，全部签收"),
    ),
    below=(report.Below("人民银行温州市中心支行", "续报", hours(4), "辖内网点均已按命令登记办理"),),
    missing=(),
)
PHONE = replace(REPORT, kind=report.ReportKind.PHONE, attachments=())
START = order.OrderPaper(
    frame=frame(addressees=("各市领导小组", "各银行机构应急处置领导小组", "支付结算处", "科技处", "征信管理处")),
    ground=GROUND,
    event=EVENT,
    event_number=NUMBER,
    grade="重大",
    decided_by="人民银行总行领导小组",
    decided=hours(3),
    published_by="支付结算处",
    sequence="2-1",
    clauses=("1.4.2.2(2)",),
    measures=(
        order.Measure("5.1.1(2)", "接口行网点改用接口方式办理核查", "能以接口方式核查的网点，"),
        order.Measure("5.1.1(3)", "采取其他适当方式核验，登记业务和客户联系方式，恢复后补核", "其余网点，"),
    ),
    tasks=(
        order.Task("支付结算处、征信管理处", "协调指挥业务处置，收集信息报领导小组，视情调整", "4.3.1(2)"),
        order.Task("科技处", "组织技术处置，收集信息报领导小组，视情调整", "4.3.1(3)"),
        order.Task("各市领导小组", "组织实施，反映问题和建议，报告处置情况", "4.3.1(4)"),
        order.Task("各银行机构领导小组", "组织本行处置，反映问题和建议，报告处置情况", "4.3.1(5)"),
    ),
    receipt_minutes=30,
)
END = replace(
    START,
    ends=True,
    sequence="2-2",
    decided=hours(10),
    recovered=hours(9.5),
    measures=(),
    undoes=("停止代为核查的委托；", "接口行网点恢复原核查方式。"),
    left_open=("登记业务于3月19日前补核完毕。",),
)
MINUTES = minutes.MinutesPaper(
    frame=frame(addressees=()),
    meeting="领导小组会议",
    event=EVENT,
    event_number=NUMBER,
    held=hours(1),
    ended=hours(1.5),
    place="二楼应急会议室",
    chair="某乙（组长）",
    recorder="某丁",
    attendants=(
        minutes.Attendant("某乙", "组长（分管支付结算的行领导）", "到会"),
        minutes.Attendant("某戊", "副组长（科技处负责人）", "电话"),
    ),
    situation=("全省12000个网点不能以非接口方式核查；", "按现有预计，18时11分达到重大等级。"),
    said=(("某戊", "先更换部件，同时准备兼容机。"),),
    decided=(
        minutes.Decided("立即组织力量抢修，优先恢复A机", "4.2.1(2)"),
        minutes.Decided("提请总行领导小组启动应急处置办法", "4.2.1(1)", ("某乙", "某戊（电话同意，待补签）")),
    ),
    referred="本事件预计为重大事件，依4.2.1(1)由总行领导小组决策。",
)
RELEASE = release.ReleasePaper(
    frame=frame(addressees=()),
    title="关于部分银行网点身份核查服务的公告",
    text=(
        "3月12日上午，省内部分银行网点的身份核查服务暂时受到影响。各网点照常营业。",
        "请办理业务的客户带好户口簿、护照或驾驶证等证件。",
    ),
    channels=("门户网站", "网点公告"),
    drafted_by="某丁",
    approved_by="某乙",
    approved=hours(2),
    published_by="支付结算处",
    clause="2.1.2.1(5)",
)
EVALUATION = evaluation.EvaluationPaper(
    frame=frame(addressees=()),
    ground=GROUND,
    event=EVENT,
    event_number=NUMBER,
    grade="重大",
    begun=BEGUN,
    ended=hours(9.5),
    clocks=(
        evaluation.ClockLine("发现", hours(0.02), timedelta(minutes=1)),
        evaluation.ClockLine("首报", hours(0.5), timedelta(minutes=30), "30分钟"),
        evaluation.ClockLine("启动命令", hours(3), timedelta(hours=3)),
        evaluation.ClockLine("最后签收", hours(3.6), timedelta(hours=3, minutes=36), "30分钟"),
        evaluation.ClockLine("登记业务补核完毕", None, None, "7天"),
    ),
    figures=(
        evaluation.Figure("受影响网点·小时（非接口方式）", "114000"),
        evaluation.Figure("失败请求", "1204笔"),
        evaluation.Figure("改用接口方式", "40122笔"),
        evaluation.Figure("登记待补核", "9876笔"),
    ),
    duties=(
        evaluation.DutyLine("4.1.2.4", BRANCH, "首报", hours(0.5), hours(0.5), met=True),
        evaluation.DutyLine("4.3.1(4)", "丽水市领导小组", "命令签收", hours(3.5), hours(3.6), met=False),
        evaluation.DutyLine("5.1.1(3)", "某农商银行", "补核完毕", hours(170), None, met=False),
    ),
    causes=(
        ("支付结算部门", "业务高峰时双机同失。"),
        ("科技部门", "同批次部件失效。"),
        ("运行维护部门", "巡检未覆盖。"),
    ),
    lessons=("备机应与主机分批次采购。",),
    improvements=(evaluation.Improvement("更换备机存储部件", "科技处", "2026年4月30日"),),
    plan_changes=("3.1.3：巡检增加存储控制器一项。",),
    proof="第512条，哈希 9f2c…",
)
REGISTER = register.RegisterPaper(
    frame=INNER,
    title="故障期间登记簿",
    counts=(("待补核", 1), ("补核一致", 1)),
    rows=tuple(
        register.RegisterRow(
            f"R{at:016x}", f"330302-X1-{at:05}-K", "甲银行鹿城支行", "账户业务", "阅读机具", f"凭证{at}",
            hours(1), hours(5), "待补核", "", "恢复后自动补核",
        )
        for at in range(2)
    ),
)  # fmt: skip
BRIEF = brief.LeaderBrief(
    frame=INNER,
    event=EVENT,
    event_number=NUMBER,
    at=hours(2),
    grade="尚未达到等级",
    clauses=(),
    since=BEGUN,
    scope=("非接口方式：12000个网点不能核查（共12000个）；", "接口方式：2900个网点不能核查。"),
    done=("8时40分电话先报总行；", "9时10分召开领导小组会议；", "全国性接口行已改用接口方式。"),
    choices=(
        ("提请总行启动应急处置办法", "4.2.1(1)"),
        ("召开专家会议", "4.2.2"),
        ("继续抢修，30分钟后再议", "4.2.1(2)"),
    ),
    next_grade="重大",
    next_at=hours(8.02),
    estimate=hours(9.5),
    warning="较大及以上事件的决定需两人同意。",
    contacts=(("科技处值班", "0571-0000001"), ("总行值班室", "010-0000002")),
)
CALL_LIST = calls.CallListPaper(
    frame=INNER,
    subject="启动命令 浙银发〔2026〕3号",
    at=hours(3.6),
    rows=(
        calls.CallRow("丽水市领导小组", "某己", ("0578-0000001（日）", "0578-0000002（夜）"), "命令签收", hours(3)),
        calls.CallRow("某农商银行", "", (), "命令签收", hours(3)),
    ),
    text="请签收启动命令，序号2-1，并读回序号和措施条款。",
    acknowledged=141,
)
PHONE_BOOK = calls.PhoneListPaper(
    INNER,
    "甲银行鹿城支行",
    (
        calls.PhoneRow("人民银行温州市中心支行", "领导小组办公室主任", "某庚", "0577-0000001", "0577-0000002"),
        calls.PhoneRow("甲银行温州分行", "值班室", "", "0577-0000003", "0577-0000003"),
    ),
)
HANDOVER = handover.HandoverPaper(
    frame=INNER,
    unit=OFFICE,
    at=hours(8),
    leaving="某丁",
    coming="某辛",
    incidents=((NUMBER, EVENT, "重大", "处置中"),),
    duties=(("续报", BRANCH, "3月12日18时00分"),),
    waiting=("某农商银行未签收启动命令。",),
    notes=("供应商第二批备件20时到。",),
)


def documents() -> Mapping[str, Document]:
    """One document of each kind."""
    return {
        "report": report.report_document(REPORT),
        "follow_up": report.report_document(FOLLOW_UP),
        "phone": report.report_document(PHONE),
        "start": order.order_document(START),
        "receipt": order.receipt_document(START),
        "end": order.order_document(END),
        "minutes": minutes.minutes_document(MINUTES),
        "release": release.release_document(RELEASE),
        "approval": release.approval_document(RELEASE),
        "evaluation": evaluation.evaluation_document(EVALUATION),
        "register": register.register_document(REGISTER),
        "brief": brief.brief_document(BRIEF),
        "call_list": calls.call_list_document(CALL_LIST),
        "phone_book": calls.phone_book_document(PHONE_BOOK),
        "handover": handover.handover_document(HANDOVER),
    }
