"""`/ledger` (台账): facts, newest first, for the province's auditor, group and staff. It holds no citizen's data."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from hecha.edges.store import ledger
from hecha.edges.store.ledger import Recorded, Verdict
from hecha.edges.store.ledger_page import page
from hecha.edges.store.store import Store
from hecha.edges.web import alert_words, decision_words, order_words
from hecha.edges.web.visit import Visit
from hecha.edges.web.words import N_
from hecha.organization.sight import Right

AT_ONCE_MAX = 5000
"""Ledgers up to this long are verified whenever they are looked at, longer ones when it is asked for."""
SOURCES: Mapping[str, str] = {
    "register:": N_("登记簿"),
    "organization:": N_("机构"),
    "delegation:": N_("委托"),
    "notice:": N_("通知"),
    "batch:": N_("批量核查"),
    "vault:": N_("客户资料"),
    "watch:": N_("监测和申报"),
    "report:": N_("报告"),
    "warning:": N_("预警"),
    "decision:": N_("决策"),
    "account:": N_("登录"),
    "paper:": N_("纸质备用包"),
    "response:": N_("处置手册"),
    "recovery:": N_("恢复和补核"),
    "evaluation:": N_("评估"),
    "command:": N_("命令和信息发布"),
}
KINDS: Mapping[str, str] = {
    "notice:message:acknowledged": N_("确认收到通知"),
    "notice:message:unanswered": N_("通知无人确认，告知上级"),
    "notice:message:read": N_("阅读通知"),
    "notice:call:made": N_("电话督办"),
    "notice:feed:opened": N_("开通订阅"),
    "notice:feed:closed": N_("停用订阅"),
    **alert_words.FACTS,
    **decision_words.FACTS,
    **order_words.FACTS,
    "register:entry:registered": N_("登记业务"),
    "register:entry:verified": N_("补核"),
    "register:entry:settled": N_("处理差异"),
    "register:entry:unreached": N_("联系不上客户"),
    "register:entry:certified": N_("出具核查结果证明"),
    "delegation:request:asked": N_("发起委托"),
    "delegation:request:accepted": N_("接受委托"),
    "delegation:request:refused": N_("不接受委托"),
    "delegation:request:performed": N_("代为核查"),
    "delegation:request:withdrawn": N_("撤回委托"),
    "delegation:agreement:made": N_("登记约定"),
    "delegation:agreement:ended": N_("取消约定"),
    "batch:file:taken": N_("收下批量文件"),
    "batch:file:done": N_("批量完成"),
    "vault:item:opened": N_("打开客户资料"),
    "vault:item:erased": N_("清除客户资料"),
    "vault:month:shredded": N_("销毁一个月的密钥"),
    "watch:component:lost": N_("部件中断"),
    "watch:component:restored": N_("部件恢复"),
    "watch:warning:raised": N_("预警"),
    "watch:warning:ended": N_("预警结束"),
    "watch:warning:became_event": N_("构成突发事件"),
    "watch:warning:estimated": N_("填报预计恢复时间"),
    "watch:outage:declared": N_("申报中断"),
    "watch:data_error:declared": N_("认定数据误差"),
    "watch:declaration:withdrawn": N_("撤回申报"),
    "watch:maintenance:planned": N_("登记维护计划"),
    "watch:maintenance:cancelled": N_("取消维护计划"),
    "watch:tally:outage": N_("中断的网点分钟数"),
    "watch:tally:requests": N_("中断期间的核查笔数"),
    "watch:judgement:made": N_("记录认定"),
    "watch:judgement:ended": N_("结束认定"),
    "watch:journal:head": N_("日记链末项"),
    "paper:pack:printed": N_("打印纸质备用包"),
    "organization:shift:entered": N_("排班"),
    "organization:shift:struck": N_("删去班次"),
    "organization:absence:entered": N_("登记不能到岗"),
    "organization:absence:ended": N_("恢复到岗"),
    "organization:person:entered": N_("登记人员"),
    "organization:person:changed": N_("改动人员"),
    "organization:seat:entered": N_("安排岗位"),
    "organization:seat:changed": N_("改动或终止岗位"),
    "organization:numbers:entered": N_("登记机构电话"),
    "organization:numbers:changed": N_("改动机构电话"),
    "organization:expert:entered": N_("登记专家"),
    "organization:expert:changed": N_("改动专家"),
    "organization:expert:removed": N_("删去专家"),
    "organization:unit:entered": N_("登记机构期限"),
    "organization:unit:changed": N_("改动机构期限"),
    "organization:unit:removed": N_("删去机构期限"),
    "organization:sandbox:staffed": N_("配齐沙箱人员"),
    "report:report:owed": N_("应报告"),
    "report:report:rerouted": N_("报告改道或提前"),
    "report:report:drafted": N_("起草报告"),
    "report:report:phoned": N_("电话先报"),
    "report:report:skipped": N_("越一级上报"),
    "report:report:sent": N_("发出报告"),
    "report:report:received": N_("签收报告"),
    "report:report:delivered": N_("报告送出系统外"),
    "report:report:answered": N_("登记上级答复"),
    "report:report:reminded": N_("提醒报告"),
    "report:report:overdue": N_("报告逾期"),
    "report:report:cancelled": N_("撤销未发的报告"),
    "account:session:opened": N_("登录"),
    "account:session:closed": N_("退出"),
    "response:vendor:added": N_("登记厂商"),
    "response:vendor:changed": N_("修改厂商"),
    "response:vendor:removed": N_("删去厂商"),
    "response:run:started": N_("开始按手册处置"),
    "response:run:step_done": N_("手册一步做完"),
    "response:run:acted": N_("系统动作及实测结果"),
    "response:run:noted": N_("处置记录"),
    "response:run:vendor_called": N_("联系厂商"),
    "response:run:finished": N_("处置完成"),
    "response:run:abandoned": N_("处置中止"),
    "recovery:register:opened": N_("开始补核和了结"),
    "recovery:register:reopened": N_("再次恢复，重新计时"),
    "recovery:register:counted": N_("清点待补核的登记"),
    "recovery:register:overdue": N_("补核逾期"),
    "recovery:register:settled": N_("登记全部了结"),
    "recovery:outlet:confirmed": N_("人工确认网点恢复"),
    "evaluation:file:exported": N_("导出卷宗"),
    "evaluation:review:opened": N_("开始评估"),
    "evaluation:review:analysed": N_("原因分析"),
    "evaluation:review:summed_up": N_("影响汇总"),
    "evaluation:review:learnt": N_("经验教训"),
    "evaluation:review:improvement": N_("提出改进"),
    "evaluation:review:improved": N_("改进完成"),
    "evaluation:review:plan_proposed": N_("提出新版办法"),
    "evaluation:review:plan_activated": N_("启用新版办法"),
    "evaluation:review:reminded": N_("评估提醒"),
    "evaluation:review:signed": N_("签署评估"),
    "evaluation:review:closed": N_("评估完成"),
}


@dataclass(frozen=True, slots=True)
class View:
    """A page of the ledger, its head, and what verifying found (`None`: not asked for)."""

    facts: list[Recorded]
    next: int | None
    count: int
    head: str
    verdict: Verdict | None


async def show(visit: Visit) -> Response:
    visit.sight.require(Right.AUDIT)
    before, kind = visit.query("before"), visit.query("kind")
    chosen = kind if kind in SOURCES else ""
    subject, asked = visit.query("subject", 120), visit.query("verify") == "yes"
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0
    view = await asyncio.to_thread(_read, visit.site.store, number, chosen, subject, asked)
    return visit.show("ledger.html", view=view, sources=SOURCES, kinds=KINDS, kind=chosen, subject=subject)


def _read(store: Store, before: int, kind: str, subject: str, verify: bool) -> View:
    with store.read() as connection:
        facts, following = page(connection, before=before, kind=kind, subject=subject)
        count, head = ledger.head(connection)
        verdict = ledger.verify(connection) if verify or count <= AT_ONCE_MAX else None
    return View(facts, following, count, head, verdict)
