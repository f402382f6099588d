"""A site in another language pair needs files alone: the words of a language, its code in the settings, its texts.

French proves it: `templates/words/fr.yml` is complete, and nothing of the program knows that it exists.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import yaml
from site_fixtures import OWN_TEMPLATES, addresses, copy_small, page, read_html

from generator.build import Options, build_site
from generator.config import load_config
from generator.language import load_language

WORDS = OWN_TEMPLATES / "words"
OWN_TO_A_LANGUAGE = (
    "meta.", "units.one.", "units.in_tables", "units.in_text", "periods.", "operator.", "area_kinds.", "measure_kinds.",
    "formats.names.",
)  # fmt: skip


def _entries(words, prefix=""):
    """Each text by its dotted key; forms of number are one entry."""
    for key, entry in words.items():
        if isinstance(entry, dict) and not set(entry) <= {"one", "other", "none"}:
            yield from _entries(entry, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", entry


@pytest.fixture(scope="module")
def french():
    return dict(_entries(yaml.safe_load((WORDS / "fr.yml").read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The small plan in English and French: only its settings and the names of its languages are other."""
    settings = copy_small(tmp_path_factory.mktemp("french") / "plan")
    text = settings.read_text(encoding="utf-8").replace("  zh: ", "  fr: ").replace("[en, zh]", "[en, fr]")
    settings.write_text(text, encoding="utf-8")
    report = build_site(load_config(settings), Options(jobs=1))
    assert report.languages == ("en", "fr")
    return report.output


def test_every_word_is_there(french):
    """The same keys in the same order as in English."""
    english = yaml.safe_load((WORDS / "en.yml").read_text(encoding="utf-8"))
    wanted = [key for key, _ in _entries(english) if not key.startswith(("meta.ordinal", "units.one."))]

    assert [key for key in french if not key.startswith(("meta.ordinal", "units.one."))] == wanted


def test_no_word_was_left_in_english(french):
    """Sentences are translated: where a text of several words is the same in both, it is a pattern without words."""
    english = dict(_entries(yaml.safe_load((WORDS / "en.yml").read_text(encoding="utf-8"))))
    same = [
        key
        for key, entry in french.items()
        if entry == english.get(key) and not key.startswith(OWN_TO_A_LANGUAGE)
        and len(re.findall(r"[a-zA-Z]{2,}", re.sub(r"\{\w+\}", "", str(entry)))) > 1
    ]  # fmt: skip

    assert same == []


def test_french_typography(french):
    """A no-break space before ; : ? ! % and », and after «; typographic apostrophes; no English quotation marks."""
    for key, entry in french.items():
        for text in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else [entry]:
            if isinstance(text, str):
                assert not re.search(r"(?<![\u00a0\u202f(\s]) ?[;?!»](?=\s|$)| [;:?!%»]", text), f"{key}: {text!r}"
                assert not re.search(r"«(?!\u00a0)|[“”]|\w'\w", text), f"{key}: {text!r}"


def test_pages_are_french(site):
    """Its own language mark, links both ways, and no page in the language that was left out."""
    for address in addresses(site):
        tree = page(site, address)
        code = address.partition("/")[0]
        assert tree.one("html").attrs["lang"] == code, address
        if "/about/" not in address:  # prose of the editors, which there is in English alone
            alternates = {one.attrs.get("hreflang") for one in tree.all("link") if one.attrs.get("rel") == "alternate"}
            assert alternates >= {"en", "fr", "x-default"}, address
    assert not (site / "zh").exists()


def test_the_interface_is_french(site, french):
    """Navigation, headings, search and footer speak French; texts without a translation are marked as English."""
    home = page(site, "fr/")
    tasks = page(site, "fr/tasks/")

    assert tasks.one("h1").text == french["nav.tasks"]
    assert home.one("a", "pe-skip").text == french["theme.skip"]
    assert french["footer.unofficial"] in home.one("footer").text


def test_untranslated_texts_are_marked(site):
    """The plan has no French titles: the English ones stand in and carry their language for screen readers."""
    marked = [
        node.text
        for path in sorted(site.glob("fr/tasks/*/index.html"))
        for node in page(site, path.parent.relative_to(site).as_posix()).walk()
        if node.attrs.get("lang") == "en" and node.tag == "span"
    ]

    assert marked


def test_numbers_and_dates_are_french(site):
    """A decimal comma in numbers, a narrow space between thousands, months by name."""
    text = "".join(
        main.text
        for path in sorted(site.glob("fr/**/index.html"))
        for main in read_html(path.read_text(encoding="utf-8")).all("main")
    )

    assert re.search(r"\d,\d", text)
    assert "30 juin 2021" in text
    language = load_language("fr", OWN_TEMPLATES, ("en", "fr"))
    assert language.number(Decimal("1234567.5")) == "1\u202f234\u202f567,5"
    assert language.percent(Decimal("0.125"), 1) == "12,5\u00a0%"
    assert language.say("lists.glossary", count=0) == "0 terme expliqué."  # zero is singular in French
