"""XML as text: elements from values, every value escaped, nothing that XML forbids."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr  # nosec -- writes only, reads nothing

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Xml(str):
    """A text that is XML already."""

    __slots__ = ()


def element(name: str, *children: str | None, **attributes: str | None) -> Xml:
    """An element; a child that is None is left out, one that is a plain text is escaped. `xml_lang` is `xml:lang`."""
    marks = "".join(
        f" {key.replace('xml_', 'xml:')}={quoteattr(_clean(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inner = [child for child in children if child is not None]
    if not inner:
        return Xml(f"<{name}{marks}/>")
    if all(isinstance(child, Xml) for child in inner):
        return Xml(f"<{name}{marks}>\n" + "\n".join(inner) + f"\n</{name}>")
    return Xml(f"<{name}{marks}>" + "".join(_text(child) for child in inner) + f"</{name}>")


def group(name: str, children: Iterable[str], **attributes: str | None) -> Xml | None:
    """An element around others; None where there are none."""
    inner = list(children)
    return element(name, *inner, **attributes) if inner else None


def document(root: Xml) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _text(child: str) -> str:
    return child if isinstance(child, Xml) else escape(_clean(child))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
