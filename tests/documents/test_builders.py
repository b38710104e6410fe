"""What each kind of document says, from its paper; and that every kind prints as PDF and DOCX."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO

import docx
import pytest

from hecha.edges.documents import pdf, word
from hecha.edges.documents.layout import TITLE_CHARS, title_lines
from hecha.flow.documents import brief, calls, evaluation, frame, minutes, numbering, order, register, release, report
from hecha.flow.documents.model import Block, Document, Heading, Items, Pairs, Paragraph, Table
from tests.documents import samples
from tests.documents.papers import pages_of, text_of

DOCUMENTS = samples.documents()


@cache
def printed(name: str) -> str:
    return text_of(pdf.render(DOCUMENTS[name]).pdf).replace("\u200b", "")


def words(blocks: Iterable[Block]) -> str:
    """All words of blocks, in order."""
    return "\n".join(_words(block) for block in blocks)


def _words(block: Block) -> str:
    match block:
        case Heading():
            return block.text
        case Paragraph():
            return block.lead + block.text
        case Items():
            return "\n".join(block.items)
        case Pairs() | Table():
            return "\n".join("|".join(row) for row in block.rows)
        case _:
            return repr(block)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_kind_prints_and_opens(name: str) -> None:
    document = DOCUMENTS[name]
    assert "".join(document.title.split()) in printed(name)
    file = docx.Document(BytesIO(word.render(document)))
    lines = ["".join(line.text.split()) for line in file.paragraphs]
    assert "".join(document.title.split()) in lines


@pytest.mark.parametrize(
    ("name", "has_head", "has_seal"),
    [
        ("report", True, True),
        ("start", True, True),
        ("end", True, True),
        ("evaluation", True, True),
        ("phone", False, False),
        ("minutes", False, False),
        ("brief", False, False),
        ("register", False, False),
    ],
)
def test_the_red_head_belongs_to_a_branchs_official_papers(name: str, has_head: bool, has_seal: bool) -> None:
    assert bool(DOCUMENTS[name].head) is has_head
    assert ("（印章）" in printed(name)) is has_seal


def test_a_bank_has_no_red_head_and_neither_has_a_paper_without_number() -> None:
    bank = replace(samples.REPORT, frame=replace(samples.frame(), issuer="甲银行温州分行", branch=False))
    assert report.report_document(bank).head == ""
    unnumbered = replace(samples.REPORT, frame=replace(samples.frame(), number=""))
    assert report.report_document(unnumbered).head == ""
    assert report.report_document(unnumbered).seal


def test_a_report_has_the_five_contents_in_their_order() -> None:
    heads = [block.text for block in DOCUMENTS["report"].blocks if isinstance(block, Heading)]
    assert heads[:5] == list(report.TITLES.values())
    assert list(report.TITLES) == [f"4.1.1({n})" for n in range(1, 6)]


def test_a_report_keeps_facts_apart_from_judgement() -> None:
    leads = [(block.lead, block.text) for block in DOCUMENTS["report"].blocks if isinstance(block, Paragraph)]
    facts = "".join(text for lead, text in leads if lead == "测得事实：")
    said = "".join(text for lead, text in leads if lead == "人员判断：")
    assert "12000个" in facts
    assert "存储控制器" not in facts
    assert "存储控制器" in said
    assert "某甲，3月12日10时22分" in said
    assert "系统3月12日10时10分测得" in facts


def test_a_report_cites_the_plan_its_purpose_and_its_bases_and_names_what_is_missing() -> None:
    text = words(DOCUMENTS["report"].blocks)
    assert "《浙江省联网核查公民身份信息系统突发事件应急处置办法》" in text
    assert "银发〔2005〕196号" in text
    assert "处置得有章可循" in text
    assert "尚未查明：涉及客户数" in text


def test_a_content_without_anything_says_so() -> None:
    empty = report.report_document(replace(samples.REPORT, contents={}))
    assert words(empty.blocks).count("暂无。") == 5


def test_a_follow_up_tells_what_has_happened_since_and_sums_up_from_below() -> None:
    document = DOCUMENTS["follow_up"]
    assert document.title.endswith("（续报第2号）")
    assert "启动命令送达11个地市领导小组" in words(document.blocks)
    assert "人民银行温州市中心支行|续报|3月12日 12:10|辖内网点均已按命令登记办理" in words(document.blocks)


def test_a_telephone_report_is_a_record_with_the_calls_first() -> None:
    document = DOCUMENTS["phone"]
    assert document.title.endswith("电话先报记录")
    assert words(document.blocks).index("前置双机故障") < words(document.blocks).index("发生单位")
    assert "特此报告" not in words(document.blocks)


def test_a_start_order_says_grade_clause_measures_duties_and_when_to_acknowledge() -> None:
    text = words(DOCUMENTS["start"].blocks)
    for part in (
        "重大事件（1.4.2.2(2)）",
        "5.1.1(2)",
        "各市领导小组|",
        "4.3.1(4)",
        "30分钟内",
        "序号2-1",
        "支付结算处代",
    ):
        assert part in text
    assert DOCUMENTS["start"].attachments == (order.RECEIPT,)


def test_an_end_order_undoes_what_was_temporary_and_leaves_the_rest_open() -> None:
    text = words(DOCUMENTS["end"].blocks)
    assert "2026年3月12日17时40分确认恢复" in text
    assert "停止代为核查的委托" in text
    assert "补核完毕" in text
    assert "采取的措施" not in text
    bare = words(order.order_document(replace(samples.END, undoes=(), left_open=(), tasks=())).blocks)
    assert bare.count("无。") == 2


def test_a_receipt_can_be_filled_in_by_hand() -> None:
    for part in ("命令签收回执", "签收单位", "签收人", "签收时间", "已读回一致", "序号2-1"):
        assert part in printed("receipt")


def test_minutes_say_who_was_there_what_was_decided_and_who_consented() -> None:
    text = words(DOCUMENTS["minutes"].blocks)
    assert "2026年3月12日9时10分至9时40分" in text
    assert "某戊|副组长（科技处负责人）|电话" in text
    assert "同意人：某乙、某戊（电话同意，待补签）" in text
    assert "提请上级决策" in text
    assert "提请上级决策" not in words(minutes.minutes_document(replace(samples.MINUTES, referred="")).blocks)


def test_minutes_of_a_meeting_over_midnight_name_both_days() -> None:
    late = replace(samples.MINUTES, held=samples.hours(15), ended=samples.hours(17))
    assert "3月12日23时10分至3月13日1时10分" in words(minutes.minutes_document(late).blocks)


def test_a_release_is_nothing_but_its_text_and_its_approval_stays_inside() -> None:
    assert "某丁" not in printed("release")
    for part in ("起草", "某丁", "某乙，2026年3月12日10时10分", "门户网站、网点公告", "2.1.2.1(5)", "未定"):
        assert part in printed("approval")
    done = release.approval_document(replace(samples.RELEASE, published=samples.hours(3)))
    assert "未定" not in words(done.blocks)


def test_an_evaluation_lists_clocks_figures_and_missed_duties_only() -> None:
    text = words(DOCUMENTS["evaluation"].blocks)
    assert "最后签收|3月12日 11:46|3小时36分钟|30分钟" in text
    assert "登记业务补核完毕|未发生|—|7天" in text
    assert "应履行3项，按时履行1项，未按时或未履行2项" in text
    assert "4.3.1(4)|丽水市领导小组|命令签收" in text
    assert "5.1.1(3)|某农商银行|补核完毕|3月19日 10:10|未履行" in text
    assert f"{samples.BRANCH}|首报" not in text
    for party in ("支付结算部门：", "科技部门：", "运行维护部门："):
        assert party in text


def test_an_evaluation_without_its_parts_says_that_they_are_not_done() -> None:
    bare = replace(
        samples.EVALUATION, causes=(), lessons=(), improvements=(), plan_changes=(), proof="", duties=(), ended=None
    )
    text = words(evaluation.evaluation_document(bare).blocks)
    assert "尚未完成。" in text
    assert text.count("无。") == 3
    assert "至今" in text
    assert "数据来源" not in text


def test_a_register_counts_and_says_what_it_leaves_out() -> None:
    text = words(DOCUMENTS["register"].blocks)
    assert "合计2笔：待补核1笔，补核一致1笔。" in text
    assert "另有7笔未列" in words(register.register_document(replace(samples.REGISTER, more=7)).blocks)
    assert "合计0笔：无。" in words(register.register_document(replace(samples.REGISTER, counts=(), rows=())).blocks)


def test_a_leaders_brief_is_one_page_whatever_is_put_into_it() -> None:
    long = "很长的一句话" * 60
    full = replace(
        samples.BRIEF,
        event=long,
        warning=long,
        scope=(long,) * 40,
        done=(long,) * 40,
        choices=((long, "4.2.1(1)"),) * 40,
        contacts=((long, "0571"),) * 40,
        clauses=("1.4.2.2(2)",) * 40,
    )
    document = brief.brief_document(full)
    assert len(pages_of(pdf.render(document).pdf)) == 1
    assert "另有38项" in words(document.blocks)


def test_a_leaders_brief_says_what_may_be_decided() -> None:
    text = printed("brief")
    for part in ("提请总行启动应急处置办法（4.2.1(1)）", "若不恢复", "升为重大", "已2小时", "两人同意", "批示"):
        assert part in text


def test_a_call_list_has_numbers_boxes_and_room_for_the_name() -> None:
    text = words(DOCUMENTS["call_list"].blocks)
    assert "已签收141个单位，未签收2个单位" in text
    assert "1|丽水市领导小组|某己|0578-0000001（日）\n0578-0000002（夜）|命令签收\n（3月12日11时10分起）|□|□||" in text
    assert "值班人员|（未登记）" in text


def test_an_empty_phone_book_has_room_to_write() -> None:
    empty = calls.phone_book_document(replace(samples.PHONE_BOOK, rows=()))
    assert "尚未登记电话" in words(empty.blocks)
    assert "某庚" in printed("phone_book")


def test_a_handover_lists_what_goes_on() -> None:
    for part in ("某丁", "某辛", samples.NUMBER, "续报", "未签收启动命令", "备件20时到", "接班人签字"):
        assert part in printed("handover")


def test_a_drill_is_a_drill_on_every_kind() -> None:
    drill = replace(samples.REPORT, frame=replace(samples.frame(), drill=True))
    assert report.report_document(drill).drill
    assert report.report_document(replace(drill, kind=report.ReportKind.PHONE)).drill
    receipt = order.receipt_document(replace(samples.START, frame=replace(samples.frame(), drill=True)))
    assert receipt.drill


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九"), (100, "100")],
)
def test_headings_count_in_chinese(count: int, text: str) -> None:
    assert numbering.chinese(count) == text


def test_lower_headings_begin_anew_below_each_higher_one() -> None:
    levels = [1, 2, 2, 3, 4, 1, 2, 3]
    found = numbering.numbers([Heading("x", level) for level in levels] + [Paragraph("y")])
    assert found == ("一、", "（一）", "（二）", "1.", "（1）", "二、", "（一）", "1.", "")


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(), "0分钟"),
        (timedelta(minutes=59), "59分钟"),
        (timedelta(hours=9, minutes=5), "9小时5分钟"),
        (timedelta(days=2, hours=2, minutes=3), "2天2小时"),
    ],
)
def test_spans_in_words(span: timedelta, text: str) -> None:
    assert frame.span_zh(span) == text


@pytest.mark.parametrize("title", ["短题", "关于" + "很长的" * 12 + "报告", "无" * 41])
def test_a_long_title_is_broken_into_even_lines(title: str) -> None:
    lines = title_lines(title).split("\n")
    assert "".join(lines) == title
    assert max(map(len, lines)) <= TITLE_CHARS
    assert max(map(len, lines)) - min(map(len, lines)) <= 9


def test_a_document_without_blocks_is_still_a_document() -> None:
    bare = Document(DOCUMENTS["report"].kind, "只有标题")
    assert "只有标题" in text_of(pdf.render(bare).pdf)
