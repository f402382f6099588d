"""What an import says where the source says nothing: stand-ins by language, in English where a language is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SAID: Mapping[str, Mapping[str, str]] = {
    "area": {"en": "The whole area", "fr": "Tout le territoire", "zh": "全部地区"},
    "unit": {"en": "unit not stated", "fr": "unité non indiquée", "zh": "单位未注明"},
    "issuer": {"en": "Not stated in the source", "fr": "Non indiqué dans la source", "zh": "来源未注明"},
    "repository": {
        "en": "The imported data set ({name})",
        "fr": "Le jeu de données importé ({name})",
        "zh": "导入的数据集（{name}）",
    },
    "goals": {
        "en": "Sustainable Development Goals",
        "fr": "Objectifs de développement durable",
        "zh": "可持续发展目标",
    },
    "goal": {"en": "Goal {number}", "fr": "Objectif {number}", "zh": "目标{number}"},
    "target": {"en": "Target {number}", "fr": "Cible {number}", "zh": "具体目标{number}"},
    "indicator": {"en": "Indicator {number}", "fr": "Indicateur {number}", "zh": "指标{number}"},
    "with": {"en": "{title} ({parts})", "fr": "{title} ({parts})", "zh": "{title}（{parts}）"},
    "comma": {"en": ", ", "fr": ", ", "zh": "，"},
    "plan": {"en": "Plan without a name", "fr": "Plan sans nom", "zh": "未命名计划"},
    "indicators": {"en": "Indicators", "fr": "Indicateurs", "zh": "指标"},
    "notstarted": {
        "en": "The source does not report this indicator yet.",
        "fr": "La source ne publie pas encore cet indicateur.",
        "zh": "数据来源尚未报告该指标。",
    },
    "inprogress": {
        "en": "The source is still exploring data for this indicator.",
        "fr": "La source cherche encore des données pour cet indicateur.",
        "zh": "数据来源正在为该指标寻找数据。",
    },
    "notapplicable": {
        "en": "The source says that this indicator does not apply.",
        "fr": "La source indique que cet indicateur ne s’applique pas.",
        "zh": "数据来源注明该指标不适用。",
    },
    "nonstat": {
        "en": "This indicator is answered in words, not in numbers.",
        "fr": "Cet indicateur est renseigné par un texte, non par des nombres.",
        "zh": "该指标以文字说明，不以数值衡量。",
    },
}
"""Stand-ins by key and language; in braces what is put in."""


def said(key: str, code: str, **values: str) -> str:
    """A stand-in in a language."""
    texts = SAID[key]
    return texts.get(code, texts["en"]).format(**values)


def in_each(key: str, codes: Iterable[str], **values: str) -> dict[str, str]:
    """A stand-in in each of these languages."""
    return {code: said(key, code, **values) for code in codes}
