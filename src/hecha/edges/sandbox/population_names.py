"""Names of the synthetic population, from a number: common surnames and given names, some rare characters and dots."""

_SURNAMES_TEXT = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛阎段雷侯龙史陶黎贺毛郝顾龚邵万钱严"
)
_MALE = "伟强磊洋勇军杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳坤亮建峰志成海东国文武新利民生永安德"
_FEMALE = "芳娜敏静丽艳娟霞秀燕玲桂英红梅兰云洁萍婷雪慧琳颖莉倩晶欣怡佳蕾薇璐妍梦琪雅思彤雨涵诗悦月春秋菊荷"
_RARE = "喆堃淼犇翀玥昉頔𬭎𬀩𫖯𬸪𣲘㛃㟃䶮"
_COMPOUND = ("欧阳", "上官", "诸葛", "司马", "夏侯", "皇甫", "尉迟", "慕容")
_DOTTED = ("阿依古丽·吐尔逊", "买买提·艾力", "扎西·次仁多吉", "巴图·孟和", "古丽娜尔·阿不都热合曼")

DOTTED_PER_MILLE = 4
RARE_PER_MILLE = 6
COMPOUND_PER_MILLE = 8


def name_of(chance: int, sex: str) -> str:
    """A name from 64 mixed bits. The same bits give the same name."""
    kind, chance = chance % 1000, chance // 1000
    if kind < DOTTED_PER_MILLE:
        return _DOTTED[chance % len(_DOTTED)]
    chance, surname = divmod(chance, len(_SURNAMES_TEXT))
    given = _MALE if sex == "男" else _FEMALE
    chance, first = divmod(chance, len(given))
    chance, second = divmod(chance, len(given))
    family = _SURNAMES_TEXT[surname]
    if kind < DOTTED_PER_MILLE + RARE_PER_MILLE:
        return family + _RARE[chance % len(_RARE)]
    if kind < DOTTED_PER_MILLE + RARE_PER_MILLE + COMPOUND_PER_MILLE:
        family = _COMPOUND[chance % len(_COMPOUND)]
    return family + given[first] + (given[second] if chance % 4 else "")
