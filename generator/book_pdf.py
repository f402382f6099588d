"""Sets the book and the briefs as PDF/UA with WeasyPrint: tags, bookmarks, page numbers and fonts come from its CSS."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.draw import standalone_svg
from generator.problems import UsageError
from generator.studio import Drawing

FONTS = "Noto Sans, Liberation Sans, DejaVu Sans, Noto Sans CJK SC, sans-serif"
"""The same letters in text and drawings. Without the last, Chinese may be set in Japanese forms; without one of the
others, quotation marks of European languages take the width of a Chinese character."""
STYLE = """
@page { size: A4; margin: 22mm 20mm 20mm; @bottom-center { content: counter(page); font-size: 9pt }
  @top-left { content: string(book); font-size: 8pt; color: #555 }
  @top-right { content: string(chapter); font-size: 8pt; color: #555 } }
@page:first { @top-left { content: none } @top-right { content: none } @bottom-center { content: none } }
html { font: 10pt/1.55 FONTS; color: #1a1a1a; text-align: start }
title { display: none }
a { color: inherit; text-decoration: none }
h1 { font-size: 20pt; line-height: 1.25; string-set: chapter content(); margin: 0 0 6mm; color: #17506f }
h2 { font-size: 13pt; line-height: 1.3; margin: 8mm 0 2mm; break-after: avoid }
h3 { font-size: 10pt; line-height: 1.3; margin: 4mm 0 1mm; break-after: avoid }
p { margin: 0 0 2mm; orphans: 3; widows: 3 } ul, ol { margin: 0 0 2mm; padding-left: 6mm }
.lead { font-size: 11pt } .note { color: #555; font-size: .85em } .mark { color: #7a3b00; font-size: .8em }
.whole { break-inside: avoid } .cover .whole { display: inline-block }
.cover { padding-top: 70mm } .cover .small { margin-top: 12mm; color: #555; font-size: 9pt }
html:lang(zh) { font-family: 'Noto Sans CJK SC', 'Noto Sans', sans-serif }
.cover .title { font-size: 28pt; line-height: 1.35; font-weight: 700; string-set: book content(); color: #17506f;
  border-top: 3pt solid #17506f; padding-top: 6mm; margin-bottom: 6mm }
.chapter, .contents { break-before: page }
.contents ul { list-style: none; padding-left: 0 } .contents > ul > li { margin-top: 1.5mm; font-weight: 700 }
.contents ul ul { padding-left: 6mm; font-weight: 400 } .contents li { break-inside: avoid-page }
.contents ul ul li { font-size: 9pt } .contents > ul > li { break-inside: auto }
.contents a::after { content: leader('.') target-counter(attr(href), page) }
.index { columns: 3; font-size: 8pt; line-height: 1.4 } .index ul { list-style: none; padding: 0 }
.index .letter { font-size: 10pt; margin: 3mm 0 1mm } .index section:first-child .letter { margin-top: 0 }
.index li { padding-left: 3mm; text-indent: -3mm } .index a::after { content: '  ' target-counter(attr(href), page) }
dl.facts { display: table; width: 100%; margin: 0 0 2mm; font-size: 9pt } .facts div { display: table-row;
  break-inside: avoid }
.facts dt, .facts dd { display: table-cell; padding: 0 0 .6mm } .facts dt { width: 34mm; color: #555;
  padding-right: 3mm }
dl.terms dt { font-weight: 700; break-after: avoid } .terms dd { margin: 0 0 2mm }
.sources { font-size: 8.5pt; line-height: 1.4; padding-left: 9mm } .address { color: #555; word-break: break-all }
.indicator > p, .keep { break-after: avoid }
figure { margin: 3mm 0; break-inside: avoid } figcaption { margin-bottom: 1mm; line-height: 1.4 }
figure img { max-width: 100%; max-height: 78mm }
table { width: 100%; border-collapse: collapse; font-size: 8pt; line-height: 1.35; margin: 3mm 0 }
caption { text-align: left; font-weight: 700; padding-bottom: 1mm; break-after: avoid }
tr { break-inside: avoid } .short { white-space: nowrap }
th, td { border-bottom: .3pt solid #aaa; padding: .8mm 1.2mm; text-align: left; vertical-align: top }
tbody th { font-weight: 600 } thead th { border-bottom: .8pt solid #333 } .number { text-align: right }
body.brief h1 { margin-bottom: 3mm } .kicker { color: #555 }
.pictures { columns: 2 } body.brief figure { margin: 1mm 0; font-size: 7.5pt }
body.brief figure img { max-height: 50mm }
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
    files = {name: _picture(drawing).encode() for name, drawing in drawings.items()}

    class OwnDrawings(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Gives our own drawings: nothing is fetched from elsewhere, whatever the data say."""

        def fetch(self, url: str, headers: object = None) -> Any:
            name = url.removeprefix("figure:")
            if not url.startswith("figure:") or name not in files:
                raise ValueError(f"not a figure of this book: {url}")
            return weasyprint.urls.URLFetcherResponse(url, files[name], {"Content-Type": "image/svg+xml"})

    document = weasyprint.HTML(string=text, base_url="figure:", url_fetcher=OwnDrawings())
    style = weasyprint.CSS(string=STYLE.replace("FONTS", FONTS) + extra)
    return document.render(stylesheets=[style], pdf_variant="pdf/ua-1")


def _picture(drawing: Drawing) -> str:
    """A drawing in the letters of the book; its words stand around it in the text."""
    return re.sub(' font-family="[^"]*"', f' font-family="{FONTS}"', standalone_svg(drawing.svg, "", "", ""))


def write_pdf(document: Any, path: Path) -> int:
    """Write a set document; how many pages it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document.write_pdf(str(path), pdf_variant="pdf/ua-1", pdf_identifier=b"policy-explorer")
    return len(document.pages)
