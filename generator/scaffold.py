"""Makes a new plan: a folder with commented files that builds at once, from a few answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from pydantic import TypeAdapter, ValidationError

from generator import model as m
from generator.config import OWN_TEMPLATES
from generator.problems import UsageError
from generator.schema import readme_with_tables, schema_line, schema_texts

TEMPLATES = OWN_TEMPLATES / "new"
"""One template for each file of a new plan, at the place where the file will stand."""
LANGUAGES = tuple(sorted(path.stem for path in (OWN_TEMPLATES / "words").glob("*.yml")))
"""The languages in which the pages can speak."""

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "My action plan", "fr": "Mon plan d’action", "zh": "我的行动计划"},
    "area": {"en": "Our region", "fr": "Notre région", "zh": "本地区"},
    "issuer": {"en": "Regional government", "fr": "Gouvernement régional", "zh": "地区政府"},
}
"""What stands where nobody answers; in a language that is not here, the English words."""


def example(kind: str, code: str) -> str:
    """What stands where nobody answers, in a language."""
    texts = EXAMPLES[kind]
    return texts.get(code, texts["en"])


@dataclass(frozen=True)
class Answers:
    """What a plan starts from; texts by language, `languages` in order, years as numbers."""

    languages: tuple[str, ...]
    title: Mapping[str, str]
    area: Mapping[str, str]
    issuer: Mapping[str, str]
    start: int
    end: int


def read_languages(text: str) -> tuple[str, ...]:
    """Language codes as typed, with commas or spaces between. Raises UsageError for one that the pages cannot speak."""
    codes = tuple(dict.fromkeys(re.split(r"[,，、\s]+", text.strip())))
    for code in codes:
        if code not in LANGUAGES:
            raise UsageError(f"there are no words for the language '{code}'; use one of: {', '.join(LANGUAGES)}")
    return codes


def by_language(codes: Sequence[str], texts: Sequence[str]) -> dict[str, str]:
    """Texts given one for each language, in order; the last languages may go without, and `check` then says so."""
    if len(texts) > len(codes):
        raise UsageError(f"{len(texts)} texts were given for {len(codes)} languages: '{texts[len(codes)]}' is too many")
    return dict(zip(codes, texts, strict=False))


def refuse_used(folder: Path) -> None:
    """Raise UsageError where a new plan would mix with files that are there already."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"'{folder}' is not a folder; name a new or an empty one")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"the folder '{folder}' is not empty; name a new or an empty one")


def new_plan(folder: Path, answers: Answers) -> list[str]:
    """Write a plan into a new or empty folder and give the names of its files. Raises UsageError on bad answers."""
    refuse_used(folder)
    texts = plan_texts(answers, folder.resolve().name)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(texts)


def plan_texts(answers: Answers, fallback: str) -> dict[str, str]:
    """Every file of a new plan by its name; `fallback` gives the plan's id where the title has no Latin letters."""
    if answers.end < answers.start:
        raise UsageError(f"the plan ends in {answers.end}, before it starts in {answers.start}")
    title, area, issuer = map(_clean, (answers.title, answers.area, answers.issuer))
    first = answers.languages[0]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "text": lambda texts: _yaml_text(texts, answers.languages),
        "plain": lambda texts: texts.get(first) or next(iter(texts.values())),
        "remark": lambda **texts: texts.get(first) or texts["en"],
        "languages": answers.languages,
        "start": answers.start,
        "end": answers.end,
        "title": title,
        "area": area,
        "issuer": issuer,
        "plan_id": _slug(title, _slug({"": fallback}, "plan")),
        "area_id": _slug(area, "area"),
        "issuer_id": _slug(issuer, "issuer"),
    }
    texts: dict[str, str] = {}
    for name in sorted(environment.list_templates(["j2"])):
        text = environment.get_template(name).render()
        texts |= _placed(name.removesuffix(".j2"), text, answers.languages)
    return texts | {f"schemas/{name}": text for name, text in schema_texts().items()}


def _placed(name: str, text: str, languages: Sequence[str]) -> dict[str, str]:
    """The file that a template makes, with what the generator knows put in: schema line, tables, its language."""
    if name.startswith("content/"):
        return {name: text} if name.split("/")[1] in languages else {}
    if name.endswith(".yml"):
        return {name: f"{schema_line(name)}\n{text}"}
    if name == "data/README.md":
        return {name: readme_with_tables(text)}
    return {".gitignore" if name == "gitignore" else name: text}


def _clean(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts on one line, without what cannot be seen."""
    seen = {code: "".join(one if one.isprintable() else " " for one in text) for code, text in texts.items()}
    cleaned = {code: " ".join(text.split()) for code, text in seen.items()}
    if not all(cleaned.values()):
        raise UsageError("a title or name is empty; write it, or leave the option out")
    return cleaned


def _yaml_text(texts: Mapping[str, str], languages: Sequence[str]) -> str:
    """A localised text as YAML on one line, in the languages of the plan. JSON's quoted texts are YAML too.

    The first language is never without: it takes the English example where there is none of its own.
    """
    first = languages[0]
    if first not in texts and "en" in texts:
        texts = {first: texts["en"], **texts}
    quoted = {code: json.dumps(texts[code], ensure_ascii=False) for code in languages if code in texts}
    if len(languages) == 1:
        return quoted[languages[0]]
    return "{" + ", ".join(f"{code}: {text}" for code, text in quoted.items()) + "}"


def _slug(texts: Mapping[str, str], fallback: str) -> str:
    """An id made from a name: the English one, else the first that has Latin letters, else `fallback`."""
    for text in (texts.get("en", ""), *texts.values()):
        slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].rstrip("-")
        try:
            name: str = TypeAdapter(m.Id).validate_python(slug)
        except ValidationError:
            continue
        return f"the-{name}" if name.startswith("example") else name  # ids of the examples start so
    return fallback
