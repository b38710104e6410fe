"""What is said at the counter when verification is away or does not fit: to the customer, on the door, by the clerk.

Each text has a key and stands in Chinese and English; pages may translate by the key.
"""

Text = dict[str, str]

WORDS: dict[str, tuple[str, str]] = {
    # headlines
    "headline.unavailable": ("暂时不能联网核查，业务照常办理", "Verification is away for now; business goes on"),
    "headline.data_error": (
        "该地区身份信息数据有误，请以其他方式核验",
        "Records of this area are wrong; establish identity in another way",
    ),
    "headline.doubt": ("核查结果不一致，不等于证件虚假", "A result that differs does not prove a false card"),
    "headline.no_photo": ("一致但无照片，请当面比对", "Name and number match; there is no photo: compare in person"),
    "headline.card": ("证件已挂失或失效，请客户出示新证", "The card is lost or invalid; ask for the new one"),
    # steps
    "step.delegate": ("委托能够核查的机构代为核查", "Ask a unit that can verify to do it for us"),
    "step.switch": ("改用另一种核查方式", "Use the other mode"),
    "step.other": ("以其他方式核验并登记，恢复后补核", "Establish identity in another way, register, verify later"),
    # why a step does not apply
    "why.same_source": (
        "数据来自同一来源，委托或换方式结果相同",
        "The data has one source: delegation or another mode gives the same answer",
    ),
    "why.nobody": ("目前没有能够核查的受托机构", "No unit that could be asked can verify now"),
    "why.no_other_mode": ("本机构没有另一种核查方式", "This institution has no other mode"),
    "why.other_mode_down": ("另一种方式目前也不能核查", "The other mode does not work either"),
    "why.tried": ("本次请求已自动试过另一种方式", "This request has already tried the other mode"),
    "why.not_prescribed": ("现行命令未列此项措施", "The order in force does not prescribe this"),
    # other ways
    "way.household_register": ("请客户出示居民户口簿", "Ask for the household register"),
    "way.passport": ("请客户出示护照", "Ask for the passport"),
    "way.driving_licence": ("请客户出示机动车驾驶证", "Ask for the driving licence"),
    "way.reader": ("第二代身份证可只用阅读机具鉴别", "A second-generation card: the reader alone will do"),
    "way.keep_copies": ("留存佐证证件复印件，记下凭证号和存放位置", "Keep copies; note voucher number and place"),
    "way.go_on": ("经鉴别属实的，应继续办理业务", "Once proved genuine, the business must go on"),
    "way.register": ("登记业务和客户联系方式，恢复后及时补核", "Register business and contact; verify after recovery"),
    "way.dispute": (
        "可出具联网核查结果证明，请客户到户籍地公安机关核实",
        "A certificate of the result may be issued for the police of the household's place",
    ),
    "way.new_card": ("请客户出示新领的居民身份证或其他有效证件", "Ask for the new card or another valid document"),
    # to people
    "customer.unavailable": (
        "您好，联网核查系统暂时不能使用。我们会用其他方式核验您的证件，您的业务可以照常办理。请留下联系电话，恢复后我们补做核查。",
        "Verification is away for the moment. We check your document in another way and your business goes on. "
        "Please leave a telephone number; we verify once it is back.",
    ),
    "customer.data_error": (
        "您好，您证件签发地的数据正在更正，核查结果可能不准。请出示其他证件，或由我们用机具鉴别，您的业务可以照常办理。",
        "Records of the place that issued your card are being corrected, so results may be wrong. "
        "Please show another document, or let us use the reader; your business goes on.",
    ),
    "customer.doubt": (
        "您好，核查结果与证件不完全一致，常因信息更新较慢。请出示户口簿、护照或驾驶证，我们为您继续办理。",
        "The result does not quite fit your card, often because records are updated late. "
        "Please show the household register, passport or driving licence, and we go on.",
    ),
    "customer.no_photo": (
        "您好，核查一致，但没有照片，请稍候，我们当面比对后继续办理。",
        "Name and number match but there is no photo; we compare in person and go on.",
    ),
    "customer.card": (
        "您好，这张证件显示已挂失或失效，请出示新领的证件或其他有效证件。",
        "This card is shown as lost or invalid; please show the new one or another valid document.",
    ),
    "door.unavailable": (
        "通知：联网核查系统暂时不能使用。业务照常办理，请备好户口簿、护照或驾驶证等其他证件。",
        "Notice: identity verification is away for now. Business goes on; please have another document ready.",
    ),
    "door.data_error": (
        "通知：部分地区签发的身份证核查数据有误。业务照常办理，请相关客户备好其他证件。",
        "Notice: records for cards of some areas are wrong. Business goes on; please have another document ready.",
    ),
    "script.do_not_refuse": ("不要拒绝客户", "Do not turn the customer away"),
    "script.explain": ("先说明原因和办法，再请客户配合", "Say why and what can be done, then ask for help"),
    "script.ask_authority": ("看证件背面，选签发机关", "Read the issuing authority on the back of the card"),
    "script.other_documents": ("难以确定真伪时，请客户出示其他证件", "In doubt, ask for other documents"),
    "script.register": ("办完业务后登记，留下联系电话", "After the business, register it with a telephone number"),
    "script.not_proof": ("不一致不能当作假证", "A difference is no proof of a false card"),
}


def say(key: str) -> Text:
    """A text with its key, in both languages."""
    zh, en = WORDS[key]
    return {"key": key, "zh": zh, "en": en}
