"""One realistic chart of each kind, in two languages, for the tests of charts and drawings."""

from generator.charts import Chart

AREAS = {
    "en": ["Shijiazhuang", "Tangshan", "Qinhuangdao", "Handan", "Xingtai", "Baoding", "Zhangjiakou", "Chengde",
           "Cangzhou", "Langfang"],
    "zh": ["石家庄市", "唐山市", "秦皇岛市", "邯郸市", "邢台市", "保定市", "张家口市", "承德市", "沧州市", "廊坊市"],
}
VALUES = (2.11, 1.93, 1.42, 1.05, 0.98, 2.27, 0.61, 0.84, 0.92, None)
WORDS = {
    "en": {"observed": "Observed", "provisional": "Provisional", "illustrative": "Illustrative", "break": "Break",
           "baseline": "Baseline", "target": "Target", "missing": "Not published", "lead": "Lead",
           "supporting": "Supporting"},
    "zh": {"observed": "观测值", "provisional": "初步数", "illustrative": "示意数据（非官方）", "break": "口径变化",
           "baseline": "基期", "target": "目标", "missing": "未公布", "lead": "牵头单位", "supporting": "参与单位"},
}  # fmt: skip


def _points(language):
    suffix = "年" if language == "zh" else ""
    rows = [
        {"time": float(year), "label": f"{year}{suffix}", "value": value, "role": "observed", "quality": quality,
         "text": f"{value:.2f}%" if value else ""}
        for year, value, quality in (
            (2015, 1.18, "normal"), (2016, None, "normal"), (2017, 1.33, "break"), (2018, 1.39, "normal"),
            (2019, 1.61, "provisional"), (2020, 1.75, "illustrative"))
    ]  # fmt: skip
    rows.append({"time": 2016.0, "label": "2016", "value": 1.2, "role": "baseline", "quality": "normal", "text": ""})
    for year, value in ((2018, 1.5), (2020, 2.0)):
        rows.append({"time": float(year), "label": str(year), "value": value, "role": "target", "quality": "normal",
                     "text": f"{value:.1f}%"})  # fmt: skip
    return tuple(rows)


def _quality(n):
    return "illustrative" if n % 3 == 0 else "provisional" if n == 1 else "normal"


def _cells(language):
    return tuple(
        {"name": name, "column": n % 4 + 1, "row": n // 4 + 1, "value": value, "quality": _quality(n),
         "text": "" if value is None else f"{value:.2f}", "highlight": n == 5, "target": 2.4 if n < 4 else None}
        for n, (name, value) in enumerate(zip(AREAS[language], VALUES, strict=True))
    )  # fmt: skip


def _outline(n):
    x, y = 114 + n % 4, 39 - n // 4
    return {"type": "Polygon", "coordinates": [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]]}


def samples(language="en"):
    """A chart by name; some kinds appear twice, in their variants."""
    words, names = WORDS[language], AREAS[language]
    options = {"words": words, "ticks": [{"time": float(year), "label": str(year)} for year in range(2015, 2021)]}
    parts = ("企业", "研究机构", "高等学校") if language == "zh" else ("Enterprises", "Institutes", "Universities")
    shares = tuple(
        {"time": float(year), "label": str(year), "part": part, "value": base * (year - 2010), "order": n,
         "text": f"{base * (year - 2010)}", "quality": "normal"}
        for year in (2018, 2019, 2020) for n, (part, base) in enumerate(zip(parts, (40, 9, 4), strict=True))
    )  # fmt: skip
    cells = _cells(language)
    stages = tuple({"column": stage, "row": row["name"], "value": row["value"], "text": row["text"],
                    "quality": row["quality"]} for row in cells for stage in ("2018", "2019", "2020"))  # fmt: skip
    duties = tuple({"row": f"{n}. {names[n]}", "column": names[m], "role": "lead" if n == m else "supporting"}
                   for n in range(4) for m in range(n, 6))  # fmt: skip
    statuses = [{"id": "on-track", "word": "▲ 进展顺利" if language == "zh" else "▲ On track"},
                {"id": "off-track", "word": "▼ 滞后" if language == "zh" else "▼ Off track"}]  # fmt: skip
    counts = tuple({"group": name, "status": one["word"], "order": n, "count": 1 + (k + n) % 4}
                   for k, name in enumerate(names) for n, one in enumerate(statuses))  # fmt: skip
    ranges = tuple(
        {"name": name, "value": n + 1 if n < 9 else None, "low": max(1.0, n - 0.5) if n < 9 else None,
         "high": n + 2.0 if n < 9 else None, "middle": n + 1.0 if n < 9 else None, "highlight": n == 5,
         "text": f"{max(1, n - 1)}–{n + 2}" if n < 9 else "", "quality": _quality(n)}
        for n, name in enumerate(names))  # fmt: skip
    marks = {"mark": "按定义的位次", "middle": "中间值", "range": "90%的结果"} if language == "zh" else {
        "mark": "Place as defined", "middle": "Middle", "range": "90% of results"}
    return {
        "intervals": Chart("intervals", ranges, {"last": 10, "words": words | marks}),
        "trend": Chart("trend", _points(language), options),
        "trend-small": Chart("trend", _points(language), options | {"compact": True, "domain": [0, 3]}),
        "bars": Chart("bars", cells, options | {"reference": {"value": 1.5, "text": "Hebei 1.5"}}),
        "tiles": Chart("tiles", cells, options),
        "choropleth": Chart("choropleth", tuple(c | {"feature": _outline(n)} for n, c in enumerate(cells)), options),
        "heat": Chart("heat", stages, options),
        "stack": Chart("breakdown", shares, options),
        "lines": Chart("breakdown", shares, options | {"mode": "lines", "zero": True}),
        "matrix": Chart("matrix", duties, options),
        "status": Chart("status", counts, {"statuses": statuses}),
    }
