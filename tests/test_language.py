"""Every language has the same words, and writes numbers and dates in its own way."""

import datetime
import re
import string
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from markupsafe import Markup

import generator
from generator.config import OWN_TEMPLATES
from generator.language import WordsError, load_language
from generator.model import Indicator
from generator.period import parse_period

LANGUAGES = ("zh", "en")
FILES = [OWN_TEMPLATES / "words" / f"{code}.yml" for code in ("en", "zh")]
"""The languages of the project's own site; `test_other_language.py` sees to the one that proves the rest."""
CODE = [path for path in Path(generator.__file__).parent.glob("*.py") if path.stem not in ("cli", "serve")]
"""Modules that speak to readers; the command line and the preview speak to editors, in English."""
SOURCES = [*CODE, *OWN_TEMPLATES.rglob("*.j2"), *OWN_TEMPLATES.rglob("*.html")]
OWN_TO_A_LANGUAGE = ("meta.ordinal", "meta.months", "units.one", "units.in_tables", "units.in_text", "periods.")
"""Where languages differ in form: which endings, which units, which parts of a date."""
MAY_BE_UNSAID = {"areas", "month", "month_name"}
"""Chinese says 各地 where English names the kind of area; of the number and the name of a month one is enough."""
PLURALS = {"one", "other", "none"}


@pytest.fixture(scope="module")
def zh():
    return load_language("zh", OWN_TEMPLATES, LANGUAGES)


@pytest.fixture(scope="module")
def en():
    return load_language("en", OWN_TEMPLATES, LANGUAGES)


def _words(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _entries(words, prefix=""):
    """Each text of a words file by its dotted key; forms of number are one entry."""
    for key, entry in words.items():
        name = f"{prefix}{key}"
        if name.startswith(OWN_TO_A_LANGUAGE):
            yield name, ""
        elif isinstance(entry, dict) and not set(entry) <= PLURALS:
            yield from _entries(entry, f"{name}.")
        else:
            yield name, entry


def _placeholders(entry):
    """The {names} of a text; of forms of number those of the fullest one, since "one" may be a word."""
    forms = entry.values() if isinstance(entry, dict) else [entry]
    return set().union(*({name for _, name, _, _ in string.Formatter().parse(str(form)) if name} for form in forms))


# --- the words files ---


def test_every_language_has_the_same_keys():
    """A text that is missing in one language would stop its build."""
    first, *others = FILES
    keys = {name for name, _ in _entries(_words(first))}

    assert others
    for path in others:
        assert {name for name, _ in _entries(_words(path))} ^ keys == set(), path.name


def test_every_language_fills_in_the_same():
    """The same {names}; but for what a language leaves unsaid."""
    first, *others = (dict(_entries(_words(path))) for path in FILES)

    for other in others:
        different = {
            key: names
            for key in first
            if (names := (_placeholders(first[key]) ^ _placeholders(other[key])) - MAY_BE_UNSAID)
        }
        assert different == {}


def test_forms_of_number_are_complete():
    """A map of forms has `other`, which is what every language needs."""
    for path in FILES:
        for key, entry in _entries(_words(path)):
            if isinstance(entry, dict):
                assert "other" in entry, f"{path.name}: {key}"


def test_no_text_is_empty():
    """A word that is missing shows; an empty one would not."""
    for path in FILES:
        for key, entry in _entries(_words(path)):
            if not key.startswith(OWN_TO_A_LANGUAGE):
                assert entry not in (None, ""), f"{path.name}: {key}"


def test_chinese_uses_chinese_punctuation():
    """Full-width marks between Chinese characters, and no English words left over."""
    for key, entry in _entries(_words(OWN_TEMPLATES / "words" / "zh.yml")):
        for text in entry.values() if isinstance(entry, dict) else [entry]:
            assert not re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", str(text)), f"{key}: {text}"
            assert not re.search(r"[\u4e00-\u9fff]\.", str(text)), f"{key}: {text}"


def _said(pattern):
    """What is written in calls of `say`, with the file in which it stands."""
    for path in SOURCES:
        for match in re.finditer(pattern, path.read_text(encoding="utf-8")):
            yield path.name, match[1]


def test_every_key_that_is_said_exists():
    """A misspelt key fails here, not in the build of a rare page."""
    known = [dict(_entries(_words(path))) for path in FILES]
    said = [*_said(r"""\bsay\(\s*"([a-z0-9_.-]+)"\s*[,)]"""), *_said(r"""\bsay\(\s*'([a-z0-9_.-]+)'\s*[,)]""")]

    assert len(said) > 200
    assert [one for one in said if not all(one[1] in words for words in known)] == []


def test_every_group_that_is_said_exists():
    """Keys that are put together begin with a group of the words file."""
    known = [_words(path) for path in FILES]
    groups = {*_said(r"""\bsay\(\s*f"([a-z0-9_]+)\.\{"""), *_said(r"""\bsay\(\s*["']([a-z0-9_]+)\.["']\s*~""")}

    assert len(groups) > 10
    assert [one for one in groups if not all(isinstance(words.get(one[1]), dict) for words in known)] == []


# --- saying ---


def test_unknown_keys_are_refused_with_the_nearest(en):
    """The message names the file and what was probably meant."""
    with pytest.raises(WordsError, match=r"words/en\.yml has no text 'nav\.task'; did you mean 'nav\.tasks'"):
        en.say("nav.task")


def test_forms_of_number(en, zh):
    """One, other, and none where a language has a word for it."""
    assert [en.say("count.tasks", count=count) for count in (0, 1, 2)] == ["no tasks", "1 task", "2 tasks"]
    assert zh.say("count.tasks", count=35) == "35项任务"


def test_values_never_become_markup(en):
    """What is filled in is escaped as soon as a part of the text is markup."""
    safe, evil = Markup("<b>x</b>"), "<script>"
    said = en.say("value_at", value=safe, period=evil)

    assert said == Markup("<b>x</b> (&lt;script&gt;)")
    assert not isinstance(en.say("value_at", value=evil, period="x"), Markup)


def test_braces_in_values_are_not_filled_in(en):
    """Text from data is a value, never a pattern."""
    assert en.say("value_at", value="{period}", period="2018") == "{period} (2018)"


def test_listing(en, zh):
    """A list in a sentence, of none, one, two and three."""
    assert [en.listing("abc"[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [zh.listing("甲乙丙"[:n]) for n in range(4)] == ["", "甲", "甲和乙", "甲、乙和丙"]


def test_notes_of_cells_may_be_in_both_languages(en, zh):
    """The plan's default language stands first; one part alone is for all."""
    assert (zh.note("数据 | figure"), en.note("数据 | figure")) == ("数据", "figure")
    assert (zh.note("数据"), en.note("数据"), en.note(None)) == ("数据", "数据", "")


def test_dialects_and_unknown_languages():
    """A dialect uses the words of its language; a language without words says which there are."""
    assert load_language("zh-hans", OWN_TEMPLATES, ("en", "zh-hans")).tag == "zh-Hans"
    with pytest.raises(WordsError, match="en, fr, zh"):
        load_language("xx", OWN_TEMPLATES, LANGUAGES)


# --- numbers ---


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("1234567.5", None, "1,234,567.5"),
        ("1.50", None, "1.5"),
        ("1.50", 2, "1.50"),
        ("1200", None, "1,200"),
        ("1.2E+3", None, "1,200"),
        ("-3.25", 1, "\u22123.2"),
        ("0.125", 2, "0.12"),
        ("0.135", 2, "0.14"),
        ("-0.04", 1, "0.0"),
        ("-0", None, "0"),
        ("0", 2, "0.00"),
    ],
)
def test_numbers(en, zh, value, decimals, text):
    """Groups of three, a real minus sign, half to even, and no zero with a sign."""
    assert en.number(Decimal(value), decimals) == text
    assert zh.number(Decimal(value), decimals) == text


def test_percent(en, zh):
    """Shares of one, exactly."""
    assert (en.percent(Decimal("0.6")), zh.percent(0.125, 1)) == ("60%", "12.5%")


def test_ordinals(en, zh):
    """English endings, with 11 to 13 and 111 as the exceptions they are."""
    numbers = (1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111)

    assert [en.ordinal(number) for number in numbers] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "101st", "111th",
    ]  # fmt: skip
    assert zh.ordinal(16) == "第16位"


def an_indicator(zh, en, decimals=0):
    values = {"id": "i", "title": "I", "unit": {"zh": zh, "en": en}, "direction": "up", "decimals": str(decimals)}
    return Indicator.model_validate(values, context={"languages": LANGUAGES})


@pytest.mark.parametrize(
    ("value", "unit_zh", "unit_en", "decimals", "text_zh", "text_en"),
    [
        ("55000", "家", "firms", 0, "5.5万家", "55,000 firms"),
        ("4000", "家", "firms", 0, "4,000家", "4,000 firms"),
        ("634.4", "亿元", "100 million yuan", 1, "634.4亿元", "63.44 billion yuan"),
        ("5.5", "亿元", "100 million yuan", 1, "5.5亿元", "550 million yuan"),
        ("36010.3", "亿元", "100 million yuan", 1, "3.6万亿元", "3.6 trillion yuan"),
        ("1.75", "%", "%", 2, "1.75%", "1.75%"),
        ("16", "位", "rank", 0, "第16位", "16th"),
        ("48.92", "指数", "index", 2, "48.92", "48.92"),
        ("5.3", "件/万人", "per 10,000 people", 2, "5.30件/万人", "5.30 per 10,000 people"),
    ],
)
def test_quantities_in_running_text(en, zh, value, unit_zh, unit_en, decimals, text_zh, text_en):
    """Each language counts large numbers in its own units."""
    indicator = an_indicator(unit_zh, unit_en, decimals)

    assert zh.quantity(Decimal(value), indicator) == text_zh
    assert en.quantity(Decimal(value), indicator) == text_en


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        ("1", "firms", 0, "1 firm"),
        ("-1", "index points", 0, "\u22121 index point"),
        ("0", "firms", 0, "0 firms"),
        ("1", "points", 1, "1.0 points"),
        ("1.5", "counties", 1, "1.5 counties"),
        ("21", "firms", 0, "21 firms"),
        ("1", "species", 0, "1 species"),
        ("1", "gizmos", 0, "1 gizmos"),
    ],
)
def test_a_unit_after_one(en, value, unit, decimals, text):
    """The singular of units that the words know, after exactly one; nothing is guessed for others."""
    assert en.quantity(Decimal(value), an_indicator("家", unit, decimals)) == text


def test_a_unit_after_one_in_french():
    """French counts below two in the singular."""
    french = load_language("fr", OWN_TEMPLATES, ("fr",))
    said = [french.unit_after(digits, Decimal(value), "projets") for digits, value in
            (("0", "0"), ("1", "1"), ("1,5", "1.5"), ("2", "2"))]  # fmt: skip
    assert said == ["projet", "projet", "projet", "projets"]


def test_display_units_of_tables(en, zh):
    """Tables convert the unit and lose no digit."""
    indicator = an_indicator("亿元", "100 million yuan", 2)

    assert (zh.display_unit(indicator).name, zh.value(Decimal("634.4"), indicator)) == ("亿元", "634.40")
    assert (en.display_unit(indicator).name, en.value(Decimal("634.4"), indicator)) == ("billion yuan", "63.440")


# --- dates ---


@pytest.mark.parametrize(
    ("period", "text_zh", "text_en"),
    [
        ("2018", "2018年", "2018"),
        ("2018/P3Y", "2018—2020年", "2018–2020"),
        ("2019-04/P1Y", "2019/20财政年度", "2019/20"),
        ("1999-04/P1Y", "1999/00财政年度", "1999/00"),
        ("2018-Q3", "2018年第3季度", "Q3 2018"),
        ("2018-02", "2018年2月", "February 2018"),
        ("2018-03-03", "2018年3月3日", "3 March 2018"),
        ("2018-02-03/P10D", "2018年2月3日 – 2018年2月12日", "3 February 2018 – 12 February 2018"),
    ],
)
def test_periods(en, zh, period, text_zh, text_en):
    """Every kind of period as readers write it."""
    assert (zh.period(parse_period(period)), en.period(parse_period(period))) == (text_zh, text_en)


def test_half_years_are_told_apart(en, zh):
    """The two halves of a year have two names in both languages."""
    first, second = parse_period("2018-H1"), parse_period("2018-H2")

    assert zh.period(first) != zh.period(second)
    assert en.period(first) != en.period(second)


def test_dates(en, zh):
    """A day, and what is known of one only by its month or year."""
    assert (zh.date(datetime.date(2018, 3, 3)), en.date(datetime.date(2018, 3, 3))) == ("2018年3月3日", "3 March 2018")
    assert (zh.date(parse_period("2018-03")), en.date(parse_period("2018"))) == ("2018年3月", "2018")
