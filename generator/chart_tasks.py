"""Charts of tasks: who leads and who supports, and how many stand where."""

from __future__ import annotations

import math
from typing import Final

from generator.chart_canvas import (
    WIDTH,
    Canvas,
    Chart,
    Look,
    Row,
    draw_row_name,
    number_of,
    ordered,
    row_height,
    text_of,
    tip_of,
    words_of,
)
from generator.lettering import BOLD, shorten, text_width
from generator.palette import LIGHT

STATUS: Final = 26
"""Height of a status bar, with its gap."""

# --- matrix and status -----------------------------------------------------------------------------------------


def matrix(chart: Chart) -> Canvas:
    """Who leads and who supports: tasks down, organisations across. As wide as its columns need.

    Rows: row (task), column (organisation), role (`lead` or `supporting`). Options: rows, columns (orders); words:
    lead, supporting.
    """
    names = ordered((text_of(row, "row") for row in chart.rows), chart.options.get("rows"))
    columns = ordered((text_of(row, "column") for row in chart.rows), chart.options.get("columns"))
    step = 22.0
    heads = [shorten(column, 240) for column in columns]
    slope = math.radians(60)
    rise = max((text_width(head) for head in heads), default=0) * math.sin(slope) + 14
    lean = max(
        (text_width(head) * math.cos(slope) - (len(heads) - 0.5 - n) * step for n, head in enumerate(heads)), default=0
    )
    wanted = float(chart.options.get("width") or WIDTH)
    left = math.ceil(min(max((text_width(name) for name in names), default=0), 230)) + 8
    high = row_height(names, left - 8, step)
    canvas = Canvas(
        left=left, right=max(lean + 8, 4), top=rise, bottom=4, width=step * len(columns), height=high * len(names)
    )
    canvas.right = max(canvas.right, wanted - canvas.left - canvas.width)
    canvas.domains = {"x": list(range(len(columns))), "y": list(range(len(names)))}
    for n, head in enumerate(heads):
        canvas.text((n + 0.5) * step + 2, -6, head, angle=-60)
        canvas.rule((n + 0.5) * step, 0, (n + 0.5) * step, canvas.height)
    for n, name in enumerate(names):
        draw_row_name(canvas, name, (n + 0.5) * high, left - 8)
        canvas.rule(-8, (n + 0.5) * high, canvas.width, (n + 0.5) * high)
    looks = {"lead": Look("square", "observed", "observed"), "supporting": Look("circle", "paper", "observed")}
    words = words_of(chart)
    canvas.key(
        [(looks[role], words[role]) for role in looks if words.get(role)], canvas.left + canvas.width + canvas.right
    )
    canvas.data["symbols"] = [
        {
            "column": columns.index(text_of(row, "column")),
            "row": names.index(text_of(row, "row")),
            "shape": looks[text_of(row, "role")].shape,
            "size": 110 if text_of(row, "role") == "lead" else 70,
            "tip": tip_of(text_of(row, "row"), text_of(row, "column"), words.get(text_of(row, "role"), "")),
        }
        | looks[text_of(row, "role")].fields()
        for row in chart.rows
    ]
    return canvas


def status(chart: Chart) -> Canvas:
    """How many tasks of each group stand where: one bar a group, cut into statuses.

    Rows: group, status (its word, with the symbol in front: `▲ On track`), order, count. Options: groups (their
    order); statuses [{id, word}]: the id gives the colour, the order is that of the key.
    """
    total = float(chart.options.get("width") or WIDTH)
    ids = {str(one["word"]): f"status-{one['id']}" for one in chart.options.get("statuses") or ()}
    rows = sorted((row for row in chart.rows if number_of(row, "count")), key=lambda row: float(row.get("order") or 0))
    groups = ordered((text_of(row, "group") for row in chart.rows), chart.options.get("groups"))
    words = ordered((text_of(row, "status") for row in rows), list(ids))
    looks = {word: Look(fill=_status_colour(ids.get(word, "")), stroke="paper") for word in words}
    sums = [sum(float(row["count"]) for row in rows if text_of(row, "group") == group) for group in groups]
    left = math.ceil(min(max((text_width(group) for group in groups), default=0), 180)) + 8
    step = row_height(groups, left - 8, STATUS)
    canvas = Canvas(left=left, right=4, top=2, bottom=4, width=total - left - 4, height=step * len(groups))
    canvas.domains = {"x": [0, max([1.0, *sums])], "y": list(range(len(groups)))}
    canvas.key([(looks[word], word) for word in words], total)
    canvas.data["segments"] = []
    for n, group in enumerate(groups):
        draw_row_name(canvas, group, (n + 0.5) * step, left - 8)
        start = 0.0
        for row in (row for row in rows if text_of(row, "group") == group):
            _segment(canvas, row, looks[text_of(row, "status")], n, start)
            start += float(row["count"])
    return canvas


def _status_colour(name: str) -> str:
    return name if name in LIGHT else "status-unknown"


def _segment(canvas: Canvas, row: Row, look: Look, n: int, start: float) -> None:
    """One piece of a status bar, with the status's symbol and the count, or the count alone where it is short."""
    count, word = float(row["count"]), text_of(row, "status")
    unit = canvas.width / canvas.domains["x"][1]
    canvas.data["segments"].append(
        {
            "row": n,
            "start": start,
            "end": start + count,
            "status": word,
            "tip": tip_of(f"{text_of(row, 'group')}, {word}", f"{count:g}"),
        }
        | look.fields()
    )
    symbol = word[:1] if word[:1] and not word[:1].isalnum() else ""
    labels = (f"{symbol} {count:g}".strip(), f"{count:g}")
    label = next((label for label in labels if text_width(label) * BOLD + 4 <= count * unit), "")
    canvas.text(
        (start + count / 2) * unit,
        (n + 0.5) * canvas.height / len(canvas.domains["y"]),
        label,
        fill="paper",
        align="center",
        bold=True,
    )
