"""Reads a StratML file as nodes that know where they stand and whether anything was made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from generator.import_source import MAX_FILE_BYTES, one_problem
from generator.plan_write import plain_text
from generator.problems import Place, UsageError

_ROOTS = {"StrategicPlan", "PerformancePlanOrReport"}
MAX_ELEMENTS = 500_000


@dataclass
class Node:
    """An element: its local name, where it starts, its attributes by local name, its text and what is inside."""

    name: str
    place: Place
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)
    used: bool = False

    def all(self, name: str) -> list[Node]:
        """The elements of this name right inside; they count as used."""
        found = [child for child in self.children if child.name == name]
        for child in found:
            child.used = True
        return found

    def say(self, name: str) -> str:
        """The text of the first element of this name that has one, on one line."""
        return next((text for child in self.all(name) if (text := plain_text(child.text))), "")


class _Reader(ContentHandler):
    """Builds nodes with the places that the parser knows."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.root: Node | None = None
        self.open: list[Node] = []
        self.count = 0
        self.locator: object = None

    def setDocumentLocator(self, locator: object) -> None:  # noqa: N802 -- the name is SAX's
        self.locator = locator

    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, attrs: object) -> None:  # noqa: N802 -- the name that SAX calls
        line, column = self.locator.getLineNumber(), self.locator.getColumnNumber() + 1  # type: ignore[attr-defined]
        found = {key[1]: value for key, value in attrs.items()}  # type: ignore[attr-defined]
        node = Node(name[1], Place(self.file, line, column), found)
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) > 100:
            raise one_problem(node.place, "too-large", "there are too many elements, or they nest too deep", "split it")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElementNS(self, _name: object, _qname: object) -> None:  # noqa: N802
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].text += content


def read_document(path: Path) -> Node:
    """The root of a StratML file. Raises UsageError without a file, DataError with the line where it is none."""
    if not path.is_file():
        raise UsageError(f"there is no file '{path}'")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise one_problem(Place(path.name), "too-large", f"more than {MAX_FILE_BYTES // 1024**2} MB", "split it")
    reader = _Reader(path.name)
    parser = defusedxml.sax.make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    try:
        with path.open("rb") as stream:
            parser.parse(stream)
    except SAXParseException as error:
        place = Place(path.name, error.getLineNumber() or 1, (error.getColumnNumber() or 0) + 1)
        raise one_problem(
            place, "bad-xml", f"this is not XML: {error.getMessage()}", "mend it there or just above"
        ) from None
    except DefusedXmlException as error:
        place = Place(path.name, parser.getLineNumber() or 1, (parser.getColumnNumber() or 0) + 1)
        message = f"the file declares a document type or entities ({type(error).__name__})"
        raise one_problem(place, "unsafe-xml", message, "remove the DOCTYPE") from None
    root = reader.root
    if root is None or root.name not in _ROOTS:
        name = root.name if root else "nothing"
        place = root.place if root else Place(path.name)
        raise one_problem(place, "no-stratml", f"the root element is {name}", f"wanted: {' or '.join(sorted(_ROOTS))}")
    return root
