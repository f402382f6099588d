"""The HTML of the plainest Markdown: headings, sentences, lists of links. All else is left alone.

These are two of three pieces that only one page has. Python-Markdown tries some twenty patterns on each; tests compare.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_WORDS = r"[^\W_](?:[^\\`*_{}\[\]<>&!\n\r\t\x00-\x1f]|&#\d+;)*"
"""Text that begins with a letter or a digit, in which nothing is marked up."""
_LINK = rf"\[(?P<label>{_WORDS})\]\((?P<url>[A-Za-z0-9./_#-]+)\)"
_HEADING = re.compile(r"(#{1,6}) (?P<text>[^\W_][^\\`*_{}\[\]<>&!#\n\r\t\x00-\x1f]*)(?P<id> \{: #[a-z][a-z0-9-]* \})?")
_INLINE = re.compile(rf"{_LINK}|(?:[^\\`*_{{}}\[\]<>&!\n\r\t\x00-\x1f]|&#\d+;)+")
_BEGINNING = re.compile(r"(?!\d+[.)])[^\W_]|\[")
"""What no list, heading or table begins with."""


def heading(piece: str) -> tuple[str, dict[str, Any]] | None:
    """A heading as HTML, and as the extension `toc` tells it; None where it is not plain."""
    found = _HEADING.fullmatch(piece)
    if found is None:
        return None
    level, text = len(found[1]), found["text"].strip()
    name = found["id"][5:-2] if found["id"] else _slug(text)
    if not name or text != " ".join(text.split()):  # `toc` tells runs of spaces, and wide ones, as one space
        return None
    told = {"level": level, "id": name, "name": text, "html": text, "data-toc-label": "", "children": list[Any]()}
    return f'<h{level} id="{name}">{text}</h{level}>', told


def _slug(text: str) -> str:
    """The id that `toc` makes of a heading."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def blocks(piece: str) -> str | None:
    """Sentences, and lists of one line an entry, as HTML; None where there is anything else."""
    made, was_list = [], False
    for chunk in piece.split("\n\n"):
        is_list = chunk.startswith("- ")
        if is_list and was_list:
            return None  # they would be one list, with room between its entries
        html = _list(chunk) if is_list else _sentence(chunk)
        if html is None:
            return None
        made.append(html)
        was_list = is_list
    return "\n".join(made)


def _sentence(chunk: str) -> str | None:
    inline = _inline(chunk) if _BEGINNING.match(chunk) else None
    return None if inline is None else f"<p>{inline}</p>"


def _list(chunk: str) -> str | None:
    entries = []
    for line in chunk.split("\n"):
        inline = _inline(line[2:]) if line.startswith("- ") and _BEGINNING.match(line, 2) else None
        if inline is None:
            return None
        entries.append(f"<li>{inline}</li>\n")
    return f"<ul>\n{''.join(entries)}</ul>"


def _inline(text: str) -> str | None:
    """One line: words, and links of words."""
    parts, place = [], 0
    while place < len(text):
        found = _INLINE.match(text, place)
        if found is None:
            return None
        parts.append(f'<a href="{found["url"]}">{found["label"]}</a>' if found["url"] else found[0])
        place = found.end()
    return "".join(parts) if text == text.strip() else None
