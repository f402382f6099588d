"""Single records: what they accept, what they refuse, and how texts fall back."""

from decimal import Decimal

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from generator.model import (
    ID_OF,
    NUMBER_RECORDS,
    TEXT_RECORDS,
    Area,
    Indicator,
    Observation,
    Redirect,
    Source,
    Target,
    Task,
    Text,
    read_number,
)

CONTEXT = {"languages": ("zh", "en", "fr")}


def a_text(value):
    return Text.model_validate(value, context=CONTEXT)


def message_of(model, values):
    """The first fault of a record in words."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values, context=CONTEXT)
    return caught.value.errors()[0]["msg"]


# --- texts ---


def test_plain_text_is_in_the_default_language():
    """A string needs no map."""
    text = a_text("  河北 ")

    assert text.by_language == {"zh": "河北"}
    assert (text.get("en"), text.language_of("en")) == ("河北", "zh")


def test_missing_translation_falls_back_and_says_so():
    """To the default language, or where that is missing to any, and `language_of` says to which."""
    both, other = a_text({"zh": "河北", "en": "Hebei"}), a_text({"fr": "Hebei", "zh": " "})

    assert [(both.get(code), both.language_of(code)) for code in ("zh", "en", "fr")] == [
        ("河北", "zh"), ("Hebei", "en"), ("河北", "zh"),
    ]  # fmt: skip
    assert (other.get("en"), other.language_of("en")) == ("Hebei", "fr")


@pytest.mark.parametrize("value", [None, "", " ", {}, {"zh": None}, {"zh": "", "en": " "}])
def test_empty_text_is_refused(value):
    """An empty required text is as bad as a missing one."""
    with pytest.raises(ValidationError, match="empty"):
        a_text(value)


def test_text_of_another_type_or_language_is_refused():
    """A list, a map in a language, and a language of no plan."""
    with pytest.raises(ValidationError, match="a list was found"):
        a_text(["a"])
    with pytest.raises(ValidationError, match="a map was found"):
        a_text({"zh": {"a": "b"}})
    with pytest.raises(ValidationError, match="not one of the plan's"):
        a_text({"de": "x"})


def test_equal_texts_are_one_key():
    """A frozen value can be remembered by, whatever the order in which its languages were written."""
    one, other = a_text({"zh": "河北", "en": "Hebei"}), a_text({"en": "Hebei", "zh": "河北"})

    assert one == other
    assert len({one, other, a_text("河北")}) == 2


# --- numbers ---


@pytest.mark.parametrize("text", ["0", "-1", "+12", "1.", ".5", "1.2E+02", "0.10", "1e-3", "12345678901234567890"])
def test_numbers_are_exact(text):
    """A number is the decimal that was written, not the nearest binary one."""
    assert read_number(text) == Decimal(text)
    assert str(read_number("0.10")) == "0.10"


@pytest.mark.parametrize(
    ("text", "why", "mend"),
    [
        ("１２", "full-width", "write 12"),
        ("１２．５", "full-width", "write 12.5"),
        ("－3", "full-width", "write -3"),
        ("٣", "not a number", "digits"),
        ("1,234", "thousands", "write 1234"),
        ("１，２３４", "thousands", "write 1234"),
        ("1 234 567", "thousands", "write 1234567"),
        ("1\u202f234", "thousands", "write 1234"),
        ("1,5", "decimal comma", "write 1.5"),
        ("1.2.3", "2 decimal points", "keep one"),
        ("55%", "percent", "write 55"),
        ("5.5万", "万", "plain number"),
        ("3000亿元", "亿", "plain number"),
        ("三千", "Chinese numerals", "digits"),
        (" 7", "spaces", "write 7"),
        ("—", "missing value", "status"),
        ("暂无", "missing value", "status"),
        ("NaN", "missing value", "status"),
        ("-inf", "finite", "status"),
        ("约30", "how it is meant", "write 30"),
        ("30人", "something follows", "write 30"),
        ("1e999", "too large", "unit"),
        ("1e-999", "too small", "unit"),
        ("", "not a number", "digits"),
        ("0x10", "something follows", "write 0"),
        ("1_000", "thousands", "write 1000"),
    ],
)
def test_what_is_not_a_number_is_named(text, why, mend):
    """The message says what the text looks like, the hint how to write it."""
    with pytest.raises(PydanticCustomError) as caught:
        read_number(text)

    assert why in caught.value.message()
    assert mend in caught.value.context["hint"]


# --- records ---


def test_one_value_may_stand_without_its_list():
    """`lead: office` is the same as a list of one; nothing is an empty list."""
    values = {"id": "t", "number": "1", "title": "T", "lead": "office", "areas": None}
    task = Task.model_validate(values, context=CONTEXT)

    assert (task.lead, task.areas) == (("office",), ())


def test_records_are_frozen():
    """A new fact is a new object."""
    area = Area.model_validate({"id": "a", "title": "A", "kind": "city"}, context=CONTEXT)

    with pytest.raises(ValidationError):
        area.kind = "county"


@pytest.mark.parametrize("id_", ["", "A", "a_b", "-a", "a b", "é", "a.b", "../a", "con", "lpt1", "a" * 81])
def test_what_is_no_id(id_):
    """Ids are addresses and file names on every system."""
    assert message_of(Area, {"id": id_, "title": "A", "kind": "city"})


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//example.org", "ftp://a.b", "https://a b", 'https://a"b', "https://", "HTTPS"]
)
def test_what_is_no_web_address(url):
    """Nothing but http and https is ever linked."""
    assert "web address" in message_of(Source, {"id": "s", "title": "S", "url": url})


@pytest.mark.parametrize("flag", ["true", "True", "yes", "false", "No"])
def test_flags_are_words(flag):
    """YAML's words for true and false are read, since scalars come as text."""
    area = Area.model_validate({"id": "a", "title": "A", "kind": "city", "part_of_total": flag}, context=CONTEXT)

    assert area.part_of_total is (flag.lower() in ("true", "yes"))


def test_value_is_empty_exactly_when_a_status_says_so():
    """The rule of SDMX, in both directions; several codes may stand together."""
    base = {"indicator": "i", "area": "a", "period": "2018"}

    assert Observation.model_validate({**base, "status": "O"}).value is None
    assert Observation.model_validate({**base, "value": "1", "status": "B P"}).status == ("B", "P")
    assert Observation.model_validate({**base, "value": "0"}).value == 0
    assert "no status" in message_of(Observation, base)
    assert "no status" in message_of(Observation, {**base, "status": "P"})
    assert "missing" in message_of(Observation, {**base, "value": "1", "status": "B O"})


def test_ranges_of_targets():
    """Both ends, in order, and only with `between`; a range may end at zero or be one point."""
    base = {"indicator": "i", "area": "a", "period": "2018", "value": "-5"}

    assert Target.model_validate({**base, "operator": "between", "value_to": "0"}).value_to == 0
    assert Target.model_validate({**base, "operator": "between", "value_to": "-5"}).value_to == -5
    assert "needs value_to" in message_of(Target, {**base, "operator": "between"})
    assert "only with" in message_of(Target, {**base, "operator": ">=", "value_to": "0"})
    assert "below" in message_of(Target, {**base, "operator": "between", "value_to": "-6"})


def test_keys_see_through_spellings():
    """Two spellings of a period are one key; a breakdown makes another."""
    base = {"indicator": "i", "area": "a", "value": "1"}
    one = Observation.model_validate({**base, "period": "2018"})
    same = Observation.model_validate({**base, "period": "2018-01/P1Y"})
    part = Observation.model_validate({**base, "period": "2018", "dims": (("sex", "female"),)})

    assert one.key == same.key != part.key


def test_direction_is_required():
    """Whether rising is good is never guessed."""
    assert "required" in message_of(Indicator, {"id": "i", "title": "I"}).lower()


def test_every_list_says_what_is_unique_in_it():
    """A new kind of record needs its entry in `ID_OF`."""
    assert set(ID_OF) == set(TEXT_RECORDS)
    assert ID_OF["redirects"](Redirect.model_validate({"from": "a", "to": "b"})) == "a"


@pytest.mark.parametrize("kind", [*TEXT_RECORDS, *NUMBER_RECORDS])
def test_every_record_has_a_json_schema(kind):
    """Editors' tools complete and check the files by it."""
    schema = {**TEXT_RECORDS, **NUMBER_RECORDS}[kind].model_json_schema()

    assert schema["properties"]
    assert schema["additionalProperties"] is False
