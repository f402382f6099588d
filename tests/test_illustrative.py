"""The illustrative numbers follow their rule, and contradict nothing official.

The rule in short (data/README.md tells it at length, with the same weights):

* A year's observations of a `sum` indicator share out the province's figure, or an assumed total where none was
  published, in proportion to each area's weight. Official figures of single areas stay; the others share the rest.
* A rate is the province's rate (or an assumed level) times the area's weight in percent.
* Targets of 2020 are made the same way from target weights. Those of 2018 and 2019 go as far from the value of 2017
  to the target of 2020 as the province's target does.

Everything is computed in exact decimals and compared as text, so that a digit changed by hand fails.

Run as a program (`python tests/test_illustrative.py`), this module writes the two files again from the rule: after an
official figure was added, or a weight changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"
PROVINCE = "hebei"
BASELINE, FINAL = "2017", "2020"
YEARS = ("2017", "2018", "2019", "2020")
STAGES = ("2018", "2019", "2020")

AREAS = (
    "shijiazhuang", "tangshan", "qinhuangdao", "handan", "xingtai", "baoding", "zhangjiakou", "chengde", "cangzhou",
    "langfang", "hengshui", "xiongan", "dingzhou", "xinji",
)  # fmt: skip
"""The 14 areas, in the order of areas.yml: equal remainders are settled in this order."""

DECIMALS = {"rd-intensity": 2, "platforms": 0, "patents-per-10k": 2, "hte-total": 0, "sme-total": 0, "tech-output": 2}
RATES = {"rd-intensity", "patents-per-10k"}
"""Indicators that are not summed: their weights are percent of the province's level."""

OBSERVATION_WEIGHTS = {
    "rd-intensity": (120, 125, 97, 128, 87, 130, 33, 64, 66, 95, 72, 50, 68, 76),
    "platforms": (330, 79, 60, 71, 66, 80, 44, 40, 66, 82, 50, 6, 13, 13),
    "patents-per-10k": (190, 105, 200, 60, 28, 110, 24, 35, 50, 130, 50, 70, 35, 40),
    "hte-total": (258, 105, 55, 62, 78, 110, 30, 25, 92, 101, 58, 9, 9, 8),
    "sme-total": (172, 95, 48, 90, 85, 110, 39, 26, 120, 107, 75, 16, 7, 10),
    "tech-output": (230, 120, 60, 80, 60, 130, 25, 20, 60, 140, 35, 25, 8, 7),
}
TARGET_WEIGHTS = {
    "rd-intensity": (105, 100, 85, 100, 68, 110, 24, 50, 68, 90, 60, 60, 55, 60),
    "platforms": (300, 75, 55, 66, 61, 75, 41, 37, 61, 76, 46, 5, 11, 11),
    "patents-per-10k": (180, 190, 190, 60, 36, 110, 27, 35, 71, 130, 50, 80, 38, 42),
    "hte-total": (870, 400, 195, 225, 360, 375, 197, 90, 590, 360, 210, 45, 43, 40),
    "sme-total": (2000, 800, 279, 800, 680, 640, 315, 155, 1100, 613, 427, 92, 41, 58),
    "tech-output": (250, 125, 60, 75, 55, 130, 25, 25, 60, 120, 40, 20, 8, 7),
}
ASSUMED_OBSERVED = {
    ("platforms", "2018"): "620", ("platforms", "2019"): "880",
    ("patents-per-10k", "2017"): "3.00", ("patents-per-10k", "2018"): "3.50",
    ("patents-per-10k", "2019"): "4.00", ("patents-per-10k", "2020"): "4.50",
    ("hte-total", "2018"): "5000", ("hte-total", "2019"): "7000", ("hte-total", "2020"): "9000",
    ("sme-total", "2018"): "64000", ("sme-total", "2019"): "73000", ("sme-total", "2020"): "82000",
}  # fmt: skip
"""Round totals and levels where no provincial figure was entered. They are not entered as the province's own."""

ASSUMED_TARGETS = {
    ("platforms", "2018"): "600", ("platforms", "2019"): "760", ("platforms", "2020"): "920",
    ("patents-per-10k", "2018"): "3.40", ("patents-per-10k", "2019"): "3.80", ("patents-per-10k", "2020"): "4.20",
    ("tech-output", "2018"): "200.00", ("tech-output", "2019"): "320.00", ("tech-output", "2020"): "450.00",
}  # fmt: skip

Row = dict[str, str]
Key = tuple[str, str, str]


def read_table(path: str) -> list[Row]:
    with (DATA / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def key_of(row: Row) -> Key:
    return row["indicator"], row["area"], row["period"]


def totals_by_key(rows: list[Row]) -> dict[Key, Decimal]:
    """Values without a breakdown, by indicator, area and period."""
    dimensions = ("activity", "performer", "funding", "class")
    return {key_of(row): Decimal(row["value"]) for row in rows if not any(row.get(name) for name in dimensions)}


OFFICIAL_OBSERVED = totals_by_key(read_table("observations/official.csv"))
OFFICIAL_TARGETS = totals_by_key(read_table("targets/official.csv"))
OBSERVED_ROWS = read_table("observations/illustrative.csv")
TARGET_ROWS = read_table("targets/illustrative.csv")


# --- the rule --------------------------------------------------------------------------------------------------


def in_units(units: int, decimals: int) -> Decimal:
    """So many units of the last decimal place: (1234, 2) is 12.34."""
    return Decimal(units).scaleb(-decimals)


def rounded(value: Fraction, decimals: int) -> Decimal:
    """`value` to so many decimals, a half going up."""
    return in_units(int((value * 10**decimals * 2 + 1) // 2), decimals)


def largest_remainders(shares: dict[str, Fraction], decimals: int) -> dict[str, Decimal]:
    """`shares` to so many decimals, with their sum kept: the largest remainders are rounded up."""
    unit = 10**decimals
    floors = {area: int(share * unit) for area, share in shares.items()}
    missing = int(sum(shares.values()) * unit) - sum(floors.values())
    chosen = sorted(shares, key=lambda area: (floors[area] - shares[area] * unit, AREAS.index(area)))[:missing]
    return {area: in_units(floors[area] + (area in chosen), decimals) for area in shares}


def provincial(indicator: str, year: str, official: dict[Key, Decimal], assumed: dict[tuple[str, str], str]) -> Decimal:
    """The province's figure of the year; else the assumed one; else the one halfway between 2018 and 2020."""
    if (indicator, PROVINCE, year) in official:
        return official[indicator, PROVINCE, year]
    if (indicator, year) in assumed:
        return Decimal(assumed[indicator, year])
    ends = Fraction(official[indicator, PROVINCE, "2018"]) + Fraction(official[indicator, PROVINCE, "2020"])
    return rounded(ends / 2, DECIMALS[indicator])


def share_out(
    indicator: str, total: Decimal, weights: tuple[int, ...], fixed: dict[str, Decimal]
) -> dict[str, Decimal]:
    """Each area's value; `fixed` holds official ones, which stay."""
    weight_of = {area: weight for area, weight in zip(AREAS, weights, strict=True) if area not in fixed}
    decimals = DECIMALS[indicator]
    if indicator in RATES:
        free = {area: rounded(Fraction(total) * weight / 100, decimals) for area, weight in weight_of.items()}
    else:
        rest = Fraction(total) - sum(map(Fraction, fixed.values()))
        whole = sum(weight_of.values())
        free = largest_remainders({area: rest * weight / whole for area, weight in weight_of.items()}, decimals)
    return {area: fixed[area] if area in fixed else free[area] for area in AREAS}


def official_of(indicator: str, year: str, official: dict[Key, Decimal]) -> dict[str, Decimal]:
    return {area: official[indicator, area, year] for area in AREAS if (indicator, area, year) in official}


def observed(indicator: str, year: str) -> dict[str, Decimal]:
    """All 14 values of a year: official where there is one, else by the rule."""
    total = provincial(indicator, year, OFFICIAL_OBSERVED, ASSUMED_OBSERVED)
    return share_out(indicator, total, OBSERVATION_WEIGHTS[indicator], official_of(indicator, year, OFFICIAL_OBSERVED))


def final_targets(indicator: str) -> dict[str, Decimal]:
    total = provincial(indicator, FINAL, OFFICIAL_TARGETS, ASSUMED_TARGETS)
    return share_out(indicator, total, TARGET_WEIGHTS[indicator], official_of(indicator, FINAL, OFFICIAL_TARGETS))


def targets(indicator: str, stage: str) -> dict[str, Decimal]:
    """All 14 targets of a stage: each area goes the same share of its way as the province."""
    start, end = observed(indicator, BASELINE), final_targets(indicator)
    if stage == FINAL:
        return end
    low = Fraction(provincial(indicator, BASELINE, OFFICIAL_OBSERVED, ASSUMED_OBSERVED))
    here, high = (Fraction(provincial(indicator, year, OFFICIAL_TARGETS, ASSUMED_TARGETS)) for year in (stage, FINAL))
    gone = (here - low) / (high - low)
    exact = {area: Fraction(start[area]) + gone * (Fraction(end[area]) - Fraction(start[area])) for area in AREAS}
    decimals = DECIMALS[indicator]
    if indicator in RATES:
        return {area: rounded(value, decimals) for area, value in exact.items()}
    return largest_remainders(exact, decimals)


def rule_values(
    years: tuple[str, ...], official: dict[Key, Decimal], make: Callable[[str, str], dict[str, Decimal]]
) -> dict[Key, str]:
    """What the rule wants in a file, as text; keys with an official value are left out."""
    return {
        (indicator, area, year): str(value.quantize(Decimal(1).scaleb(-DECIMALS[indicator])))
        for indicator in DECIMALS
        for year in years
        for area, value in make(indicator, year).items()
        if (indicator, area, year) not in official
    }


def wanted_observations() -> dict[Key, str]:
    return rule_values(YEARS, OFFICIAL_OBSERVED, observed)


def wanted_targets() -> dict[Key, str]:
    return rule_values(STAGES, OFFICIAL_TARGETS, targets)


# --- the files -------------------------------------------------------------------------------------------------


def values_by_key(rows: list[Row]) -> dict[Key, str]:
    return {key_of(row): row["value"] for row in rows}


def all_values(indicator: str, year: str, rows: list[Row], official: dict[Key, Decimal]) -> dict[str, Decimal]:
    """The 14 values that readers see: from the illustrative file, and from the official one."""
    made = {key: Decimal(text) for key, text in values_by_key(rows).items()}
    return {area: (official | made)[indicator, area, year] for area in AREAS}


OBSERVED_CASES = [(indicator, year) for indicator in DECIMALS for year in YEARS]
TARGET_CASES = [(indicator, stage) for indicator in DECIMALS for stage in STAGES]


def test_observations_follow_the_rule() -> None:
    """Every illustrative observation is what the rule gives, and none is missing or extra."""
    assert values_by_key(OBSERVED_ROWS) == wanted_observations()


def test_targets_follow_the_rule() -> None:
    """Every illustrative target is what the rule gives, and none is missing or extra."""
    assert values_by_key(TARGET_ROWS) == wanted_targets()


@pytest.mark.parametrize("rows", [OBSERVED_ROWS, TARGET_ROWS], ids=["observations", "targets"])
def test_rows_say_what_they_are(rows: list[Row]) -> None:
    """Each row is marked illustrative, names the rule as its source, and stands once."""
    assert {(row["basis"], row["source"]) for row in rows} == {("illustrative", "illustrative-rule")}
    assert len({key_of(row) for row in rows}) == len(rows)


def test_no_overlap_with_official() -> None:
    """An illustrative value never stands beside an official one of the same key."""
    assert not values_by_key(OBSERVED_ROWS).keys() & OFFICIAL_OBSERVED.keys()
    assert not values_by_key(TARGET_ROWS).keys() & OFFICIAL_TARGETS.keys()


def test_province_gets_no_made_up_number() -> None:
    """Only cities and other areas do, so that what is said of the province rests on published figures."""
    assert PROVINCE not in {row["area"] for row in (*OBSERVED_ROWS, *TARGET_ROWS)}


@pytest.mark.parametrize(("indicator", "year"), OBSERVED_CASES)
def test_observations_fit_the_province(indicator: str, year: str) -> None:
    """Sums meet the province's figure exactly; its rate lies between the smallest and the largest."""
    values = all_values(indicator, year, OBSERVED_ROWS, OFFICIAL_OBSERVED)
    check_against(indicator, values, provincial(indicator, year, OFFICIAL_OBSERVED, ASSUMED_OBSERVED))


@pytest.mark.parametrize(("indicator", "stage"), TARGET_CASES)
def test_targets_fit_the_province(indicator: str, stage: str) -> None:
    """The same for the targets of each stage."""
    values = all_values(indicator, stage, TARGET_ROWS, OFFICIAL_TARGETS)
    check_against(indicator, values, provincial(indicator, stage, OFFICIAL_TARGETS, ASSUMED_TARGETS))


def check_against(indicator: str, values: dict[str, Decimal], whole: Decimal) -> None:
    if indicator in RATES:
        assert min(values.values()) <= whole <= max(values.values())
    else:
        assert sum(values.values()) == whole


@pytest.mark.parametrize("indicator", DECIMALS)
def test_stages_rise(indicator: str) -> None:
    """No stage asks for less than the one before it, nor than the value of 2017."""
    steps = [all_values(indicator, BASELINE, OBSERVED_ROWS, OFFICIAL_OBSERVED)]
    steps += [all_values(indicator, stage, TARGET_ROWS, OFFICIAL_TARGETS) for stage in STAGES]
    for earlier, later in pairwise(steps):
        assert {area: later[area] for area in AREAS if later[area] < earlier[area]} == {}


def test_published_remarks_hold() -> None:
    """What sources say in words about ranks and sums is true of the made-up numbers too."""

    def seen(indicator: str, year: str) -> dict[str, Decimal]:
        return all_values(indicator, year, OBSERVED_ROWS, OFFICIAL_OBSERVED)

    def place(values: dict[str, Decimal], area: str) -> int:
        return 1 + sum(value > values[area] for value in values.values())

    def aim(indicator: str, area: str) -> Decimal:
        return all_values(indicator, FINAL, TARGET_ROWS, OFFICIAL_TARGETS)[area]

    assert place(seen("rd-intensity", "2020"), "chengde") == 8
    assert place(seen("rd-intensity", "2019"), "chengde") == 12, "up four places in 2020"
    assert place(seen("platforms", "2020"), "langfang") == 2
    assert place(seen("sme-total", "2019"), "shijiazhuang") == 1
    june_2019 = OFFICIAL_OBSERVED["sme-total", "shijiazhuang", "2019-06"]
    assert seen("sme-total", "2018")["shijiazhuang"] <= june_2019 <= seen("sme-total", "2019")["shijiazhuang"]
    assert sum(seen("hte-total", "2020").values()) >= OFFICIAL_OBSERVED["county-hte", PROVINCE, "2020"]
    for stock, flow in (("hte-total", "hte-new"), ("sme-total", "sme-new")):
        added = aim(stock, "zhangjiakou") - seen(stock, BASELINE)["zhangjiakou"]
        assert added >= OFFICIAL_TARGETS[flow, "zhangjiakou", "2018/P3Y"]
        grown = seen(stock, "2020")["handan"] - seen(stock, "2019")["handan"]
        assert grown <= OFFICIAL_OBSERVED[flow, "handan", "2020"], "firms that left may be taken off"
    kinds = sum(OFFICIAL_TARGETS[kind, "xingtai", FINAL] for kind in ("key-labs", "tic", "itri"))
    assert aim("platforms", "xingtai") == kinds
    for area in ("cangzhou", "zhangjiakou"):
        assert aim("tech-output", area) <= OFFICIAL_TARGETS["tech-trade", area, FINAL]


def test_readme_shows_the_same_weights() -> None:
    """The tables of data/README.md are those above: a row an area, observation weight / target weight."""
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for place, area in enumerate(AREAS):
        cells = [f"{OBSERVATION_WEIGHTS[name][place]} / {TARGET_WEIGHTS[name][place]}" for name in DECIMALS]
        assert f"| `{area}` | {' | '.join(cells)} |" in readme
    for assumed, heading in ((ASSUMED_OBSERVED, "observed"), (ASSUMED_TARGETS, "target")):
        for (indicator, year), value in assumed.items():
            row = re.search(rf"^\| `{indicator}` \| {heading} \|(.*)$", readme, re.MULTILINE)
            assert row is not None, f"{indicator}, {heading}: no row"
            cell = row[1].split("|")[YEARS.index(year)].strip()
            assert cell == f"*{Decimal(value):,f}*"


def write_table(path: str, columns: str, values: dict[Key, str], operator: str = "") -> None:
    """Write a file in the order of indicators, areas (the province first) and periods."""
    order = (PROVINCE, *AREAS)
    lines = [columns]
    for key in sorted(values, key=lambda key: (list(DECIMALS).index(key[0]), order.index(key[1]), key[2])):
        value = values[key]
        cells = (operator, value) if operator else (value, "")
        lines.append(",".join((*key, *cells, "illustrative", "illustrative-rule", "")))
    (DATA / path).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    head = "indicator,area,period"
    write_table("observations/illustrative.csv", f"{head},value,status,basis,source,note", wanted_observations())
    write_table("targets/illustrative.csv", f"{head},operator,value,basis,source,note", wanted_targets(), ">=")
