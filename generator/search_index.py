"""What the search loads: an entry for each page and term, with what it can be narrowed by, in one file or in parts.

A small site has one file. A large one has a small first file, tokens in parts by a hash of their first signs, and
entries in blocks, so that a query loads only the parts that its words can stand in.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from generator.markdown import clean
from generator.model import STATUSES, Task, Text
from generator.progress import BANDS
from generator.verdicts import task_standing
from generator.view import View

Entry = dict[str, str]
"""u address, t title, k kind in words, x text, n further names, v headline; z text in the other languages; i number;
f kind, a aspects, c areas, o organisations, s statuses: ids with spaces between them."""

FACETS = ("f", "a", "c", "o", "s")
WHOLE_UP_TO = 2000
"""A site with more entries than this gets its index in parts."""
PARTS = 128
BLOCK = 20
"""How many entries a block holds: a result page of a large site loads about as many blocks as it shows results."""
COMMON = 0.3
"""A token in more than this share of all entries tells nothing apart; its list is left out."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKENS = re.compile(rf"[{_HAN}]+|\d+(?:\.\d+)*|[^\W\d_{_HAN}]+")


# --- entries ----------------------------------------------------------------------------------------------------


def complete(view: View, pages: Iterable[Mapping[str, str]]) -> list[Entry]:
    """The entries of pages and terms with facets, numbers, texts of the other languages, and other names of terms."""
    names = _other_names(view)
    found = []
    for page in pages:
        entry = {**page, **_facts(view, page["u"])}
        text = _folded(" ".join(entry.get(key, "") for key in ("t", "n", "x", "z")))
        known = _folded(f"{entry['t']} {entry.get('n', '')}")
        extra = [name for term in names if term.is_in(text) for name in term.names]
        extra = [name for name in dict.fromkeys(extra) if _folded(name) not in known]
        if extra:
            entry["n"] = clean(" ".join([entry.get("n", ""), *extra]).strip())
        found.append({key: value for key, value in entry.items() if value or key in ("u", "t")})
    return found


def _facts(view: View, address: str) -> Entry:
    """What the data know of the record whose page is at an address; only the kind for other pages."""
    kind, _, rest = address.partition("/")
    name = rest.strip("/")
    facts = {"tasks": _task, "indicators": _indicator, "areas": _area, "organisations": _organisation,
             "aspects": _aspect, "safeguards": _safeguard}  # fmt: skip
    if kind == "glossary" and name:
        return {"f": "term"}
    if kind in facts and name in getattr(view.plan, kind):
        record = getattr(view.plan, kind)[name]
        texts = [record.title, getattr(record, "summary", None), getattr(record, "definition", None)]
        return {"f": kind, "z": _elsewhere(view, texts[1:]), **facts[kind](view, record)}
    return {"f": "pages"}


def _elsewhere(view: View, texts: Iterable[Text | None]) -> str:
    """Texts in the languages that are not the page's, so that their words find it too."""
    own = view.language.code
    parts = [value for text in texts if text for code, value in text.by_language.items() if code != own]
    return clean(" ".join(parts))[:240]


def _task(view: View, task: Task) -> Entry:
    plan, one = view.plan, task_standing(view, task)
    aspect = plan.aspect_of(task)
    status = view.status_word(one.status)
    if one.report is not None and one.report.basis != "official":
        mark = view.say(f"basis.{one.report.basis}.mark")
        status = view.say("in_brackets_after", name=status, text=mark)
    lead = view.say("task.headline", lead=view.language.listing(view.short(name) for name in task.lead))
    parts = [lead, status] if task.lead else [status]
    return {
        "i": task.number,
        "a": aspect.id if aspect else "",
        "c": " ".join(task.areas),
        "o": " ".join((*task.lead, *task.supporting)),
        "s": one.status,
        "v": clean(str(view.language.words["meta"]["separator"]).join(parts)),
    }


def _indicator(view: View, indicator: Any) -> Entry:
    plan = view.plan
    standing = view.standing(indicator, plan.root)
    used = [aspect.id for aspect in plan.aspects_using(indicator)]
    areas = [area.id for area in plan.peers
             if any(row.value is not None for row in plan.observations_of(indicator, area))]  # fmt: skip
    return {
        "a": " ".join(used),
        "c": " ".join(areas),
        "o": indicator.lead or "",
        "s": f"band-{standing.band}" if standing.band else "",
    }


def _area(view: View, area: Any) -> Entry:
    own = [one.id for one in view.plan.organisations_at(area)]
    return {"c": area.id, "o": " ".join(own)}


def _organisation(view: View, organisation: Any) -> Entry:
    plan = view.plan
    tasks = [plan.tasks[part.id] for part in plan.involvements_of(organisation) if part.kind == "tasks"]
    aspects = dict.fromkeys(aspect.id for task in tasks if (aspect := plan.aspect_of(task)))
    return {"o": organisation.id, "c": organisation.area or "", "a": " ".join(aspects)}


def _aspect(view: View, aspect: Any) -> Entry:
    return {"i": aspect.number, "a": aspect.id}


def _safeguard(view: View, safeguard: Any) -> Entry:
    return {"i": safeguard.number, "o": " ".join((*safeguard.lead, *safeguard.supporting))}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


class _Term(NamedTuple):
    """A term of the glossary."""

    names: tuple[str, ...]
    """All its names, in every language."""
    folded: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        """Whether a text has any of its names; nearly all have none, and that is seen without the pattern."""
        return any(name in text for name in self.folded) and self.pattern.search(text) is not None


def _other_names(view: View) -> list[_Term]:
    """The terms of the glossary that can be found in texts."""
    found = []
    for term in view.plan.glossary.values():
        names = [value for text in (term.term, *term.synonyms) for value in text.by_language.values()]
        bare = [re.split(r" ?[(（]", name)[0].strip() for name in names]
        folded = tuple(_folded(name) for name in bare if len(name) > 1)
        if folded:
            pattern = re.compile("|".join(map(_named, folded)))
            found.append(_Term(tuple(dict.fromkeys(names)), folded, pattern))
    return found


def _named(name: str) -> str:
    """A name as a pattern: Latin words whole, Chinese ones anywhere."""
    if re.search(rf"[{_HAN}]", name):
        return re.escape(name)
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def facets(view: View, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """What results can be narrowed by: `{key, title, choices: [[id, title]]}`, only what divides these entries."""
    plan = view.plan
    kinds = [("tasks", "kind.tasks"), ("indicators", "kind.indicators"), ("areas", "kind.areas"),
             ("organisations", "kind.organisations"), ("aspects", "kind.aspects"), ("safeguards", "kind.safeguards"),
             ("term", "kind.term"), ("pages", "search.other_pages")]  # fmt: skip
    known: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "f": (view.say("table.kind"), [(name, view.say(key)) for name, key in kinds]),
        "a": (view.say("table.aspect"), [(one, view.numbered("aspects", one)) for one in plan.aspects]),
        "c": (view.areas_word, [(area.id, view.text(area.title)) for area in plan.areas.values()]),
        "o": (view.say("table.organisation"), [(one, view.short(one)) for one in plan.organisations]),
        "s": (view.say("table.status"), [
            *((one, f"{view.say('table.reported')}{view.say('colon')}{view.status_word(one)}") for one in STATUSES),
            *((f"band-{one}", f"{view.say('table.measured')}{view.say('colon')}{view.status_word(f'band-{one}')}")
              for one in BANDS),
        ]),
    }  # fmt: skip
    result = []
    for key, (title, choices) in known.items():
        used = {name for entry in entries for name in entry.get(key, "").split()}
        kept = [[name, clean(text)] for name, text in choices if name in used]
        if len(kept) > 1:
            result.append({"key": key, "title": title, "choices": kept})
    return result


def number_words(view: View) -> dict[str, list[str]]:
    """How readers name each kind of numbered record before or after its number: the longest first, small letters."""
    known = {"tasks": ["重点任务", "任务", "task"], "safeguards": ["保障措施", "措施", "safeguard"],
             "aspects": ["方面", "aspect"]}  # fmt: skip
    found = {}
    for kind, words in known.items():
        own = re.sub(r"[\d\s]", "", _folded(view.say(f"numbered_name.{kind}", number="0")))
        found[kind] = sorted({*words, own} - {""}, key=lambda word: (-len(word), word))
    return found


# --- files ------------------------------------------------------------------------------------------------------


def index_files(
    entries: Sequence[Entry],
    facets: Sequence[Mapping[str, Any]] = (),
    numbers: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[tuple[str, str]]:
    """The files of an index with their paths: `search-index.js`, and the parts of a large one in `search/`."""
    head: dict[str, Any] = {"facets": list(facets), "numbers": dict(numbers or {})}
    if len(entries) <= WHOLE_UP_TO:
        yield "search-index.js", _script("peSearch", {"entries": list(entries), **head})
        return
    head |= {"total": len(entries), "parts": PARTS, "block": BLOCK}
    yield "search-index.js", _script("peSearch", head)
    parts: dict[int, dict[str, str]] = defaultdict(dict)
    for token, places in sorted(_postings(entries).items()):
        parts[part_of(token)][token] = _packed(places, len(entries))
    for number in range(PARTS):
        yield f"search/t{number}.js", _script("peSearchPart", f"t{number}", parts[number])
    for number, start in enumerate(range(0, len(entries), BLOCK)):
        yield f"search/b{number}.js", _script("peSearchPart", f"b{number}", list(entries[start : start + BLOCK]))


def tokens(text: str) -> list[str]:
    """The words of a text as the script looks them up: Latin words, numbers, pairs of Chinese characters."""
    found: list[str] = []
    for run in _TOKENS.findall(_folded(text)):
        if re.match(rf"[{_HAN}]", run) and len(run) > 1:
            found += [run[place : place + 2] for place in range(len(run) - 1)]
        else:
            found.append(run.lstrip("0") or run)
    return found


def part_of(token: str) -> int:
    """The part a token stands in: by its first sign for Chinese ones, by its first two for others."""
    head = token[:1] if re.match(rf"[{_HAN}]", token) else token[:2]
    if ":" in token:
        head = token
    value = 0
    for sign in head:
        value = (value * 31 + ord(sign)) % 65521
    return value % PARTS


def _postings(entries: Sequence[Entry]) -> dict[str, tuple[set[int], set[int]]]:
    """For each token the entries that are named by it, and those that only tell of it; facets as `a:ID`."""
    found: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for place, entry in enumerate(entries):
        for strong, keys in ((0, ("t", "n")), (1, ("x", "z", "k", "v"))):
            for token in tokens(" ".join(entry.get(key, "") for key in keys)):
                found[token][strong].add(place)
        for key in (*FACETS, "i"):
            for name in entry.get(key, "").split():
                found[f"{key}:{name}"][0].add(place)
    return found


def _packed(places: tuple[set[int], set[int]], total: int) -> str:
    """Both lists as differences in base 36: `a.3.1|5.2`. Only names count where a token stands nearly everywhere."""
    names, texts = places[0], places[1] - places[0]
    if len(names) + len(texts) > COMMON * total:
        texts = set()
    return "|".join(_differences(sorted(some)) for some in (names, texts)).rstrip("|")


def _differences(numbers: Sequence[int]) -> str:
    return ".".join(_base36(number - before) for before, number in zip((0, *numbers), numbers, strict=False))


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits


def _script(name: str, *values: Any) -> str:
    """A script that hands over values; the one kind of file that also loads from a folder."""
    body = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"{name}({body});\n".replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
