"""Text from data made safe for Markdown: plain text shows as it is, and of Markdown only a small subset counts.

The subset (for `text` and `notes`): paragraphs, `-` and `1.` lists, `*emphasis*`, `**strong**` and
`[links](https://...)`. Everything else, HTML included, shows as the characters it is.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|!~^$\"']")
_LINE_START = re.compile(r"( ?\d+)([.)])|( ?)([#+=:-])")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_INLINE = re.compile(
    r"\*\*(?=\S)(?P<strong>[^*\n]+)\*\*|\*(?=\S)(?P<em>[^*\n]+)\*|"
    r"\[(?=\S)(?P<label>[^\]\n]+)\]\((?P<url>https?://[^\s()<>\"'`{}|\\^\[\]]+)\)"
)
_ITEM = re.compile(r"(?P<indent> {0,6})(?P<marker>[-*]|\d{1,3}\.)\s+(?P<rest>.*)")


def clean(text: str) -> str:
    """A text on one line, with control and direction characters shown as what they are."""
    if type(text) is str and text.isprintable() and "  " not in text:
        return text  # no other white space than single blanks, no sign that cannot be seen
    return _INVISIBLE.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", re.sub(r"\s+", " ", text))


def plain(text: str) -> Markup:
    """Plain text as Markdown source: every character that could mean something is written as an entity."""
    line = _SPECIAL.sub(lambda match: f"&#{ord(match[0])};", clean(text))
    start = _LINE_START.match(line)
    if start:
        before, mark = (start[1], start[2]) if start[1] else (start[3], start[4])
        line = f"{before}&#{ord(mark)};{line[start.end() :]}"
    return Markup(line)  # noqa: S704 -- every special character was replaced above


def subset(text: str) -> Markup:
    """A longer text in the documented Markdown subset as Markdown source."""
    lines: list[str] = []
    in_list = False
    for raw in text.splitlines():
        item = _ITEM.fullmatch(raw)
        if item:
            if not in_list and lines and lines[-1]:
                lines.append("")
            lines.append(f"{item['indent']}{'-' if item['marker'] in '-*' else item['marker']} {_inline(item['rest'])}")
        else:
            lines.append(f"    {_inline(raw)}" if in_list and raw.startswith("  ") and raw.strip() else _inline(raw))
        in_list = bool(item) or (in_list and bool(raw.strip()) and raw.startswith("  "))
        if not in_list and item is None and len(lines) > 1 and lines[-1] and _ITEM.fullmatch(lines[-2] or ""):
            lines.insert(-1, "")
    return Markup("\n".join(lines))  # noqa: S704 -- every part went through `plain`


def _inline(text: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _INLINE.finditer(text):
        parts.append(plain(text[position : match.start()]))
        if match["strong"]:
            parts.append(f"**{plain(match['strong'].strip())}**")
        elif match["em"]:
            parts.append(f"*{plain(match['em'].strip())}*")
        else:
            parts.append(f"[{plain(match['label'])}]({escape(match['url'])})")
        position = match.end()
    parts.append(plain(text[position:]))
    return "".join(parts)


def prose(text: str) -> str:
    """Markdown of `content/` without raw HTML: a tag shows as the characters it is."""
    return re.sub(r"<(?=[A-Za-z/!?])(?!https?://[^\s<>\"']+>)", "&lt;", text)
