"""How things are named on pages: states with their marks, modes, natures, roles, outcomes, evidence.

Every state has a word and a mark, so that colour is never the only sign.
"""

from collections.abc import Mapping

from hecha.edges.web.words import N_
from hecha.flow.picture import State
from hecha.kernel.ids import Mode
from hecha.organization.principal import Role
from hecha.verification.outcome import Outcome

STATES: Mapping[State, tuple[str, str]] = {
    State.UP: (N_("正常"), "✓"),
    State.IMPAIRED: (N_("部分受影响"), "△"),
    State.DOWN: (N_("不能核查"), "✕"),
    State.UNKNOWN: (N_("无消息"), "?"),
    State.MAINTENANCE: (N_("维护中"), "◇"),
}
PART_STATES: Mapping[State, str] = {  # of one component
    State.UP: N_("正常"),
    State.IMPAIRED: N_("时好时坏"),
    State.DOWN: N_("中断"),
    State.UNKNOWN: N_("无消息"),
    State.MAINTENANCE: N_("维护中"),
}
MODES: Mapping[Mode, str] = {Mode.INTERFACE: N_("接口方式"), Mode.NON_INTERFACE: N_("非接口方式")}
ROLES: Mapping[Role, str] = {
    Role.CLERK: N_("柜员"),
    Role.ENGINEER: N_("银行技术人员"),
    Role.BRANCH: N_("分支机构工作人员"),
    Role.LEADER: N_("领导小组成员"),
    Role.AUDITOR: N_("审计员"),
}
NATURES: Mapping[str, str] = {
    "hardware": N_("硬件故障"),
    "software": N_("软件故障"),
    "network": N_("网络故障"),
    "power": N_("电源故障"),
    "environment": N_("环境故障"),
    "data_quality": N_("人口基本信息数据质量"),
    "accident": N_("事故灾难"),
    "disaster": N_("自然灾害"),
    "public_health": N_("公共卫生事件"),
    "social_security": N_("社会安全事件"),
    "other": N_("其他"),
}
OUTCOMES: Mapping[Outcome, tuple[str, str, str]] = {  # words, mark, kind of result
    Outcome.MATCH_PHOTO: (N_("公民身份号码与姓名一致，且存在照片"), "✓", "good"),
    Outcome.MATCH_NO_PHOTO: (N_("公民身份号码与姓名一致，但不存在照片"), "✓", "good"),
    Outcome.NAME_MISMATCH: (N_("公民身份号码存在，但与姓名不匹配"), "✕", "bad"),
    Outcome.NOT_FOUND: (N_("公民身份号码不存在"), "✕", "bad"),
    Outcome.CARD_LOST: (N_("证件已挂失"), "✕", "bad"),
    Outcome.CARD_INVALID: (N_("证件已失效"), "✕", "bad"),
    Outcome.INPUT_ERROR: (N_("输入参数错误"), "!", "warn"),
    Outcome.UNAVAILABLE: (N_("系统未能返回结果"), "!", "warn"),
}
BUSINESS: Mapping[str, str] = {
    "01": N_("银行账户业务"),
    "02": N_("信贷及征信业务"),
    "03": N_("支付结算业务"),
    "04": N_("反洗钱"),
    "05": N_("其他业务"),
}
UNITS: Mapping[str, str] = {  # who sends, receives and decides
    "bank": N_("银行机构"),
    "county": N_("县（市）领导小组"),
    "city": N_("市领导小组"),
    "province": N_("省领导小组"),
    "head_office": N_("总行领导小组"),
    "local": N_("当地分支机构领导小组"),
}
SUPERIOR = N_("%(unit)s的上级机构")  # outside the province
BRANCHES: Mapping[str, str] = {
    "province": N_("人民银行%(area)s分行"),
    "city": N_("人民银行%(area)s中心支行"),
    "county": N_("人民银行%(area)s支行"),
}
PARTS: Mapping[str, str] = {
    "police": N_("公安部信息共享系统"),
    "relay": N_("信息转接系统"),
    "interface-service": N_("转接系统接口服务"),
    "hq-interconnect": N_("总行网间互联"),
    "front/a": N_("综合前置 A（主用）"),
    "front/b": N_("综合前置 B（备机）"),
    "channel/production": N_("生产通道"),
    "channel/backup": N_("备份通道"),
    "account-system": N_("账户管理系统"),
    "credit-system": N_("个人征信系统"),
    "direct-login": N_("直接登录"),
    "declared": N_("申报的中断"),
    "entrance-web": N_("非接口方式入口"),
    "entrance-bank": N_("接口方式入口"),
}
PART_KINDS: Mapping[str, str] = {
    "bank": N_("%(name)s 综合业务系统"),
    "city": N_("%(name)s 线路"),
    "county": N_("%(name)s 线路"),
    "line": N_("%(name)s 线路"),
    "terminal": N_("%(name)s 操作端"),
    "interface": N_("%(name)s 接口方式"),
    "non_interface": N_("%(name)s 非接口方式"),
    "data": N_("%(name)s 人口信息数据"),
}
FLAGS: Mapping[str, str] = {
    "collapse_by_disaster": N_("灾害、事故或社会安全事件造成崩溃"),
    "staff_shortage": N_("公共卫生或社会安全事件造成人员短缺"),
}
STEPS: Mapping[str, str] = {  # results of one hop
    "ok": N_("通过"),
    "timeout": N_("超时"),
    "refused": N_("拒绝连接"),
    "reset": N_("连接中断"),
    "bad_answer": N_("应答无效"),
    "bad_mac": N_("应答校验失败"),
    "open": N_("已熔断"),
    "full": N_("队列已满"),
    "closed": N_("非服务时间"),
    "down": N_("中断"),
}
EVIDENCE: Mapping[str, str] = {
    "household_register": N_("居民户口簿"),
    "passport": N_("护照"),
    "driving_licence": N_("机动车驾驶证"),
    "reader": N_("第二代身份证阅读机具鉴别"),
    "appearance": N_("当面比对，未见疑点"),
    "other": N_("其他有效证件"),
}
ENTRY_STATES: Mapping[str, tuple[str, str]] = {  # word, colour
    "registered": (N_("已登记，待补核"), "unknown"),
    "same": (N_("补核一致"), "up"),
    "differs": (N_("补核不一致"), "down"),
    "unverifiable": (N_("无法核查（登记有误）"), "impaired"),
    "unreached": (N_("联系不上客户"), "impaired"),
    "at_police": (N_("待公安机关回执"), "maintenance"),
    "settled": (N_("已处理"), "up"),
}
NEXT_STEPS: Mapping[str, str] = {
    "": "",
    "attach_slip": N_("打印结果单附于凭证"),
    "compare_documents": N_("与留存的证件复印件比对"),
    "ask_documents_or_police": N_("联系客户补充证件，或出具核查结果证明请公安机关核实"),
    "contact_customer_card": N_("联系客户更换证件"),
    "correct_entry": N_("更正登记的姓名或号码后重新核查"),
}
SETTLEMENTS: Mapping[str, str] = {
    "documents_confirm": N_("其他证件佐证属实"),
    "police_confirm": N_("公安机关回执确认属实"),
    "corrected": N_("已联系客户更正并重新核查"),
    "new_card": N_("客户已换领新证"),
    "stopped": N_("已中止业务"),
    "reported": N_("已报告公安机关"),
}
DELEGATION_STATES: Mapping[str, tuple[str, str]] = {
    "asked": (N_("待接受"), "impaired"),
    "accepted": (N_("已接受"), "maintenance"),
    "refused": (N_("未接受"), "unknown"),
    "performed": (N_("已代为核查"), "up"),
    "withdrawn": (N_("已撤回"), "unknown"),
}
REFUSALS: Mapping[str, str] = {
    "cannot_verify": N_("本机构也不能核查"),
    "too_busy": N_("业务繁忙"),
    "not_agreed": N_("未有委托约定"),
}
DELEGATE_KINDS: Mapping[str, str] = {
    "superior": N_("上级机构"),
    "other_bank": N_("其他银行机构"),
    "branch": N_("人民银行分支机构"),
}
BATCH_STATES: Mapping[str, str] = {"running": N_("核查中"), "done": N_("已完成")}
INCIDENT_PHASES: Mapping[str, str] = {
    "open": N_("处置中"),
    "recovered": N_("已恢复"),
    "ended": N_("已结束"),
    "withdrawn": N_("已撤销"),
    "closed": N_("已归档"),
}
LEVELS: Mapping[str, str] = {  # of units
    "head_office": N_("总行"),
    "province": N_("省级分支机构"),
    "city": N_("市中心支行"),
    "county": N_("县（市）支行"),
    "bank": N_("银行机构"),
    "bank_city": N_("银行市级分支"),
    "bank_county": N_("银行县级分支"),
    "outlet": N_("网点"),
}
SEATS: Mapping[str, str] = {
    "group/leader": N_("组长"),
    "group/deputy": N_("副组长"),
    "group/member": N_("领导小组成员"),
    "office/leader": N_("办公室主任"),
    "office/deputy": N_("办公室副主任"),
    "office/member": N_("办公室成员"),
}
DEPARTMENTS: Mapping[str, str] = {
    "leadership": N_("行领导"),
    "settlement": N_("支付结算"),
    "technology": N_("科技"),
    "credit": N_("征信（信贷）"),
    "personal_finance": N_("个人金融"),
}
SHEETS: Mapping[str, str] = {
    "people": N_("人员"),
    "seats": N_("岗位"),
    "numbers": N_("机构电话"),
    "experts": N_("专家"),
    "terms": N_("机构期限"),
}
BANK_BRANCHES: Mapping[str, str] = {
    "city": N_("%(bank)s%(area)s分行"),
    "county": N_("%(bank)s%(area)s支行"),
}
POSTS: Mapping[str, str] = {
    "group": N_("领导小组"),
    "office": N_("领导小组办公室"),
    "settlement": N_("支付结算部门"),
    "technology": N_("科技部门"),
    "credit": N_("征信（信贷）部门"),
    "personal_finance": N_("个人金融部门"),
}
INCIDENT_NAMES: tuple[str, ...] = (  # what an incident's name says, and how its areas are counted
    N_("两种方式均不能核查"),
    N_("核查受阻"),
    N_("不能以接口方式核查"),
    N_("不能以非接口方式核查"),
    N_("公民身份信息误差"),
    N_("人力资源短缺影响核查业务"),
    N_("灾害致系统或节点崩溃"),
    N_("全省"),
    N_("个地市"),
    N_("个县（市、区）"),
)
RUN_PHASES: Mapping[str, str] = {
    "running": N_("执行中"),
    "finished": N_("已完成"),
    "abandoned": N_("已中止"),
}
RUN_ACTIONS: Mapping[str, str] = {
    "switch_front": N_("换前置"),
    "switch_channel": N_("换通道"),
    "start_standby": N_("启动备机"),
    "call_vendor": N_("联系厂商"),
    "state_estimate": N_("填报预计恢复时间"),
}
RUN_WHO: Mapping[str, str] = {
    "outlet": N_("网点"),
    "bank.settlement": N_("银行机构支付结算部门"),
    "bank.technology": N_("银行机构科技部门"),
    "branch.office": N_("当地分支机构办公室"),
    "branch.settlement": N_("当地分支机构支付结算部门"),
    "branch.technology": N_("当地分支机构科技部门"),
    "province.office": N_("省领导小组办公室"),
    "province.settlement": N_("省级支付结算部门"),
    "province.technology": N_("省级科技部门"),
}
ROUTE_STATES: Mapping[str, str] = {
    "closed": N_("通"),
    "half_open": N_("试通"),
    "open": N_("不通"),
}
HOPS: Mapping[str, str] = {
    "entrance-web": N_("非接口方式入口"),
    "entrance-bank": N_("接口方式入口"),
    "front-a": N_("综合前置 A（主用）"),
    "front-b": N_("综合前置 B（备机）"),
}
