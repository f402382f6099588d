"""The composite index of a plan: what is scored, what is not, and that made-up numbers never pass for facts."""

import re

import pytest

from generator import index_view
from generator.index import compute_index
from generator.pages import Book, indexes
from generator.render import Renderer
from generator.rendering import render_pages

FILES = {
    "data/areas.yml": """\
- {id: whole, title: The whole, kind: region}
- {id: north, title: North, kind: city, parent: whole}
- {id: south, title: South, kind: city, parent: whole}
- {id: east, title: East, kind: city, parent: whole}
- {id: west, title: West, kind: city, parent: whole}
- {id: zone, title: A zone, kind: district, parent: whole, part_of_total: false}
""",
    "data/indicators.yml": """\
- {id: research, title: Research, unit: "%", decimals: 1, direction: up}
- {id: firms, title: Firms, unit: firms, direction: up}
- {id: waste, title: Waste, unit: kg, direction: down}
""",
    "data/tasks.yml": """\
- {id: t1, number: 1, title: One, aspect: a1, lead: office, indicators: [research, firms, waste]}
""",
    "data/aspects.yml": "- {id: a1, number: 1, title: People}\n",
    "data/targets.csv": "indicator,area,period,value,source\n",
    "data/observations.csv": """\
indicator,area,period,value,source
research,north,2018,1.0,report
firms,north,2018,40,report
waste,north,2018,100,report
research,south,2018,2.0,report
firms,south,2018,20,report
waste,south,2018,50,report
research,east,2018,1.5,report
research,north,2019,1.25,report
firms,north,2019,60,report
waste,north,2019,100,report
research,south,2019,3.0,report
firms,south,2019,30,report
waste,south,2019,200,report
research,east,2019,1.5,report
firms,east,2019,10,report
research,zone,2019,9,report
""",
    "data/index.yml": """\
- id: progress
  title: Progress
  dimensions:
    - {id: money, title: Money, weight: 1, indicators: [{id: research, weight: 1, standard: 2.5}]}
    - id: results
      title: Results
      weight: 1
      indicators: [{id: firms, weight: 3, standard: 40}, {id: waste, weight: 1, standard: 100}]
""",
}
INDEX = FILES["data/index.yml"]


def with_index(extra, **files):
    """The files with lines added to the index."""
    return FILES | {"data/index.yml": INDEX + "".join(f"  {line}\n" for line in extra)} | files


def result_of(plan):
    return compute_index(plan, plan.index["progress"])


def test_scores_by_hand(a_plan):
    """Value over standard, capped, standard over value where less is better; weights 1/2, 3/8 and 1/8."""
    result = result_of(a_plan(FILES))

    scores = {name: one.score for name, one in result.last.scores.items()}

    assert [stage.period.year for stage in result.stages] == [2018, 2019]
    assert scores["north"] == pytest.approx(50 / 2 + 100 * 3 / 8 + 100 / 8)
    assert scores["south"] == pytest.approx(100 / 2 + 75 * 3 / 8 + 50 / 8)
    assert [one.area for one in result.last.ranked] == ["south", "north", "east"]
    assert "zone" not in scores


def test_a_missing_value_gives_its_weight_to_its_dimension(a_plan):
    """East has no waste: firms then count for all results. It is said how much of the weight is known."""
    east = result_of(a_plan(FILES)).last.scores["east"]

    assert east.coverage == pytest.approx(7 / 8)
    assert east.score == pytest.approx(60 / 2 + 25 / 2)
    assert [part.weight for part in east.parts] == pytest.approx([0.5, 0.5, 0])
    assert sum(part.lost for part in east.parts if part.lost is not None) == pytest.approx(100 - east.score)


def test_too_few_values_give_no_score(a_plan):
    """West has none at all, and East had half of the weight in 2018: no score, no place, and the reason in numbers."""
    first, last = result_of(a_plan(FILES)).stages

    for one in (first.scores["east"], first.scores["west"], last.scores["west"]):
        assert (one.score, one.place, one.low, one.high) == (None, None, None, None)
    assert first.scores["east"].coverage == 0.5
    assert last.spread.pairs == 3


def test_areas_with_gaps_may_be_left_out(a_plan):
    """`exclude-area` asks for every value."""
    result = result_of(a_plan(with_index(["missing: exclude-area"])))

    assert [one.area for one in result.last.ranked] == ["south", "north"]


def test_min_max_has_the_same_bounds_in_all_stages(a_plan):
    """North's firms were 40 of 10 to 60 in the first stage, so that the stages can be compared."""
    first, last = result_of(a_plan(with_index(["normalisation: min-max"]))).stages

    assert first.scores["north"].parts[1].normalised == pytest.approx(60)
    assert last.scores["north"].parts[1].normalised == pytest.approx(100)


@pytest.mark.parametrize("normalisation", ["z-score", "rank", "target", "goalposts"])
def test_every_normalisation_gives_a_ranking(a_plan, normalisation):
    """A score for each area with enough values, and parts that add up to it."""
    goals = re.sub(r"standard: (\d+)(\.5)?", r"standard: \1\2, min: 0, max: 200", INDEX)
    files = FILES | {"data/index.yml": goals + f"  normalisation: {normalisation}\n"}

    stage = result_of(a_plan(files)).last

    assert len(stage.ranked) == 3
    for one in stage.ranked:
        assert sum(part.points for part in one.parts if part.points is not None) == pytest.approx(one.score)


def test_a_geometric_index_forgives_less(a_plan):
    """It lies below the arithmetic one, and its losses still add up."""
    published = result_of(a_plan(FILES)).last.scores
    geometric = result_of(a_plan(with_index(["aggregation: geometric"]))).last.scores

    for name in ("north", "south", "east"):
        assert geometric[name].score < published[name].score
        lost = sum(part.lost for part in geometric[name].parts if part.lost is not None)
        assert lost == pytest.approx(100 - geometric[name].score)


def test_the_first_variant_is_the_index_itself(a_plan):
    """Then equal weights, the other mean, both, and another scale."""
    result = result_of(a_plan(FILES))

    assert [one.name for one in result.variants] == ["published", "equal", "geometric", "equal-geometric", "min-max"]
    assert result.variants[0].places == {name: one.place for name, one in result.last.scores.items()}
    assert result.variants[1].scores["north"] == pytest.approx(50 / 2 + 100 / 4 + 100 / 4)


def test_results_repeat(a_plan):
    """The same plan gives the same numbers, draws included."""
    plan = a_plan(FILES)
    one, other = result_of(plan), result_of(plan)

    assert [stage.scores for stage in one.stages] == [stage.scores for stage in other.stages]
    assert one.sensitivity == other.sensitivity


def test_dominance_and_peers_name_areas(a_plan):
    """South is ahead of North in research only, so neither is ahead whatever the weights."""
    result = result_of(a_plan(FILES))

    assert result.ahead == {"north": (), "south": (), "east": (), "west": ()}
    assert [name for name, _ in result.nearest["east"]] == ["south", "north"]
    assert result.nearest["west"] == ()


def test_one_area_is_no_comparison(a_plan):
    """With too few values there is no stage, and the page says what is missing."""
    lines = FILES["data/observations.csv"].splitlines(keepends=True)
    alone = "".join(line for line in lines if not re.search(",(south|east),", line))
    result = result_of(a_plan(FILES | {"data/observations.csv": alone}))

    assert result.stages == ()
    assert (result.most_areas, result.best_coverage, result.is_illustrative) == (1, 1.0, False)
    assert [one.known for one in result.completeness] == [1, 1, 1]


def test_no_value_at_all(a_plan):
    """Nothing to tell, and no error."""
    result = result_of(a_plan(FILES | {"data/observations.csv": "indicator,area,period,value\n"}))

    assert (result.period, result.completeness, result.stages) == (None, (), ())


MADE_UP = re.sub("report$", "report,", FILES["data/observations.csv"], flags=re.M)
MADE_UP = MADE_UP.replace("source\n", "source,basis\n").replace("south,2019,30,report,", "south,2019,30,,illustrative")


def test_one_made_up_number_marks_every_place(a_plan):
    """A place rests on the values of all: one illustrative number makes the whole stage an illustration."""
    first, last = result_of(a_plan(FILES | {"data/observations.csv": MADE_UP})).stages

    assert (first.is_illustrative, last.is_illustrative) == (False, True)
    assert not last.scores["north"].is_illustrative


def _page(view):
    draft = next(indexes(Book(view)))
    page = Renderer(view, view.config.templates).render(draft)
    return page, re.sub(r"<!--pe:(\d+)-->", lambda match: page.blocks[int(match[1])], page.markdown)


def test_what_rests_on_made_up_numbers_says_so_in_its_title(a_view):
    """The page, each figure, each table of scores and each row of a download."""
    view = a_view(FILES | {"data/observations.csv": MADE_UP})
    page, text = _page(view)

    assert page.title.startswith("Illustration: ")
    for figure in page.figures:
        assert figure.illustrative
        assert {row["basis"] for row in figure.data if row["period"] == "2019"} == {"illustrative"}
        assert all(row["note"].startswith("Illustration: ") for row in figure.data if row["period"] == "2019")
    captions = re.findall(r"<caption[^>]*>(.*?)</caption>", text)
    plain = [one for one in captions if not one.startswith("Illustration: ")]
    assert [one.split(",")[0].split(":")[0] for one in plain] == ["Areas with a value", "Progress"]


def test_published_numbers_make_no_illustration(a_view):
    """Without made-up numbers nothing is called one."""
    page, text = _page(a_view(FILES))

    assert "Illustration" not in page.title + text
    assert {row["basis"] for figure in page.figures for row in figure.data} == {"derived"}
    assert page.scripts == ("weights.js",)


def test_without_enough_values_the_page_says_what_is_missing(a_view):
    """It builds, reads well and loads no script."""
    view = a_view(FILES | {"data/observations.csv": "indicator,area,period,value\n"})
    page, text = _page(view)

    assert "No score can be computed." in text
    assert "No values are published for any of these indicators." in text
    assert (page.figures, page.scripts) == ((), ())


def test_areas_carry_their_part(a_view):
    """Score, range, where points are lost; or why there is no score."""
    view = a_view(FILES)
    pages = {page.path: page for page in render_pages(view, view.config.templates)}

    assert [one.id for one in pages["areas/north"].figures if one.id.startswith("lost")] == ["lost-progress-north"]
    assert "West has no score for 2019" in "".join(pages["areas/west"].blocks)
    assert "index/progress/" in pages["areas/north"].markdown
    assert "index/progress/" in pages["monitoring"].markdown


def test_home_never_shows_a_score(hebei_view):
    """No score, place or link to the index stands on the first page of Hebei."""
    view = hebei_view("en")
    home = next(page for page in render_pages(view, view.config.templates) if page.path == "")
    text = home.markdown + "".join(home.blocks)

    assert "index/city-innovation" not in text
    assert not any(figure.id.startswith(("index", "lost")) for figure in home.figures)


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_hebei_page(hebei_view, code):
    """14 areas, four stages, and titles that say what they are."""
    view = hebei_view(code)
    page, text = _page(view)
    result = Book(view).indexes[0]

    assert len(result.last.ranked) == 14
    assert [stage.period.year for stage in result.stages] == [2017, 2018, 2019, 2020]
    assert page.title.startswith(view.say("figure.illustration"))
    assert [one.id for one in page.figures] == ["index-city-innovation", "index-stages-city-innovation"]
    assert "{" not in re.sub(r'data-index="[^"]*"|\{: #[a-z-]+ \}', "", text)


def test_names_of_areas_cannot_break_the_page(a_view):
    """What the script reads is an attribute, escaped like any other text."""
    files = FILES | {"data/areas.yml": FILES["data/areas.yml"].replace("title: North", "title: '<b>\"N</b>'")}
    _, text = _page(a_view(files))

    assert "<b>" not in text
    assert "&lt;b&gt;\\&#34;N" in text


def test_equal_scores_share_a_place(a_plan):
    """Twins stand at the same place, with the same range."""
    same = FILES["data/observations.csv"].replace("research,south,2019,3.0", "research,south,2019,1.25")
    same = same.replace("firms,south,2019,30", "firms,south,2019,60")
    same = same.replace("waste,south,2019,200", "waste,south,2019,100")
    scores = result_of(a_plan(FILES | {"data/observations.csv": same})).last.scores

    assert scores["north"].place == scores["south"].place == 1
    assert (scores["north"].low, scores["north"].high) == (scores["south"].low, scores["south"].high)
    assert scores["east"].place == 3


def test_ranges_are_rounded_outwards(a_plan):
    """An interval on the page is never narrower than it was computed."""
    for one in result_of(a_plan(FILES)).last.ranked:
        low, high = index_view.outward(one)
        assert low <= one.low <= one.high <= high
