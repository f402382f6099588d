"""Sets the book and the briefs as PDF/UA with WeasyPrint: tags, bookmarks, page numbers and fonts come from its CSS."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.draw import Drawing
from generator.problems import UsageError

FONTS = "Noto Sans, Noto Sans CJK SC, sans-serif"
"""The same letters in text and drawings; without them Chinese may be set in Japanese forms."""
STYLE = """
@page { size: A4; margin: 22mm 20mm 20mm; @bottom-center { content: counter(page); font-size: 9pt }
  @top-left { content: string(book); font-size: 8pt; color: #555 }
  @top-right { content: string(chapter); font-size: 8pt; color: #555 } }
@page:first { @top-left { content: none } @top-right { content: none } @bottom-center { content: none } }
body { font: 10pt/1.5 'Noto Sans', 'Noto Sans CJK SC', sans-serif; color: #1a1a1a; text-align: start }
title { display: none }
h1 { font-size: 20pt; line-height: 1.25; string-set: chapter content(); margin: 0 0 8mm }
h2 { font-size: 13pt; line-height: 1.3; margin: 7mm 0 2mm; break-after: avoid }
p { margin: 0 0 2mm; orphans: 3; widows: 3 }
.cover { padding-top: 70mm }
.cover .title { font-size: 28pt; line-height: 1.3; font-weight: 700; string-set: book content() }
.chapter, .contents { break-before: page }
.contents ul { list-style: none; padding-left: 0 } .contents ul ul { padding-left: 6mm }
.contents a, .index a { color: inherit; text-decoration: none }
.contents a::after { content: leader('.') target-counter(attr(href), page) }
.index { columns: 2; list-style: none; padding: 0 } .index a::after { content: '  ' target-counter(attr(href), page) }
figure { margin: 3mm 0; break-inside: avoid } figure img { width: 100%; max-height: 110mm; object-fit: contain }
table { width: 100%; border-collapse: collapse; font-size: 8pt; line-height: 1.35; margin: 3mm 0 }
caption { text-align: left; font-weight: 700; padding-bottom: 1mm; break-after: avoid }
tr { break-inside: avoid }
th, td { border-bottom: .3pt solid #aaa; padding: .8mm 1.2mm; text-align: left; vertical-align: top }
thead th { border-bottom: .8pt solid #333 } .number { text-align: right } .mark { color: #555; font-size: 7pt }
body.brief h1 { margin-bottom: 3mm } .kicker { color: #555 }
.pictures { columns: 2 } body.brief figure { margin: 1mm 0 } body.brief figure img { max-height: 55mm }
"""
BRIEF_SIZES = ((8.0, 40), (7.5, 25), (7.0, 15), (7.0, 8), (7.0, 5))
"""Size of the letters in tables in points, and the most rows of a table, tried in turn until a brief has two pages."""
BRIEF_PAGES = 2


def set_pages(text: str, drawings: Mapping[str, Drawing], extra: str = "") -> Any:
    """A document of WeasyPrint. Raises UsageError where it is not installed."""
    try:
        import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415 -- an extra, needed for this alone
    except (ImportError, OSError) as error:
        raise UsageError(f"printing needs WeasyPrint: pip install 'policy-explorer[book]' ({error})") from None
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    files = {
        name: re.sub(' font-family="[^"]*"', f' font-family="{FONTS}"', drawing.file).encode()
        for name, drawing in drawings.items()
        if drawing.file
    }

    class OwnDrawings(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        """Gives our own drawings: nothing is fetched from elsewhere, whatever the data say."""

        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix("figure:")
            if not url.startswith("figure:") or name not in files:
                raise ValueError(f"not a figure of this book: {url}")
            return weasyprint.urls.URLFetcherResponse(url, files[name], {"Content-Type": "image/svg+xml"})

    document = weasyprint.HTML(string=text, base_url="figure:", url_fetcher=OwnDrawings())
    return document.render(stylesheets=[weasyprint.CSS(string=STYLE + extra)], pdf_variant="pdf/ua-1")


def write_pdf(document: Any, path: Path) -> int:
    """Write a set document; how many pages it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document.write_pdf(str(path), pdf_variant="pdf/ua-1", pdf_identifier=b"policy-explorer")
    return len(document.pages)
