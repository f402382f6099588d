"""Judges the outlines of `data/geo`: closed rings on this world, each of an area that exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.draft import Draft
from generator.load import Feature
from generator.model import Area
from generator.problems import Problem, suggestion
from generator.textfiles import Path_

RINGS: Mapping[str, int] = {"Polygon": 0, "MultiPolygon": 1}
"""Kinds of geometry that are outlines, with how many lists lie around their rings."""


def check_shapes(draft: Draft) -> Iterator[Problem]:
    """Outlines are closed, on this world and of areas that exist; once there are some, every part has one."""
    areas = [entry.model for entry in draft.entries["areas"]]
    seen: dict[str, Feature] = {}
    for feature in draft.features:
        yield from _check_geometry(feature)
        area = _area_of(feature, areas)
        if area is None:
            if draft.is_whole("areas"):
                yield _unknown_area(feature, areas)
        elif seen.setdefault(area, feature) is not feature:
            first = seen[area].place()
            message = f"the area '{area}' has two outlines; first in {first.file} on line {first.line}"
            yield Problem(feature.place(), "duplicate-id", message, "keep one, or make them one MultiPolygon")
    shaped = set(shapes_by_area(draft.features, areas))
    for key, entry in draft.ids["areas"].items():
        if draft.features and key != draft.identity.area and key not in shaped and entry.model.part_of_total:
            yield entry.problem("no-shape", f"the area '{key}' has no shape in data/geo", "", warning=True)


def shapes_by_area(features: Iterable[Feature], areas: Iterable[Area]) -> dict[str, dict[str, Any]]:
    """GeoJSON geometry by area id; features name an area by its `id` or by its official `code`."""
    areas = list(areas)
    shapes = {}
    for feature in features:
        area = _area_of(feature, areas)
        if area is not None and isinstance(feature.value.get("geometry"), dict):
            shapes[area] = feature.value["geometry"]
    return shapes


def _properties(feature: Feature) -> dict[str, Any]:
    properties = feature.value.get("properties")
    return properties if isinstance(properties, dict) else {}


def _area_of(feature: Feature, areas: Iterable[Area]) -> str | None:
    """The id of the area that a feature shows, or None."""
    name, code = _properties(feature).get("id"), _properties(feature).get("code")
    for area in areas:
        if area.id == name:
            return area.id
    for area in areas:
        if code is not None and area.code == str(code):
            return area.id
    return None


def _unknown_area(feature: Feature, areas: list[Area]) -> Problem:
    """That a feature shows no area of the plan."""
    properties = _properties(feature)
    for name, known in (("id", [area.id for area in areas]), ("code", [area.code for area in areas if area.code])):
        if name in properties:
            found = str(properties[name])
            message = f"there is no area of the {name} '{found}' in areas"
            return Problem(feature.place("properties", name), "unknown-area", message, suggestion(found, known))
    message = "the feature does not say which area it is"
    return Problem(feature.place(), "bad-geojson", message, "give it the property id (an area's id) or code")


def _check_geometry(feature: Feature) -> Iterator[Problem]:
    """The first fault of an outline; where one is, there mostly are thousands."""
    geometry = feature.value.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(kind, str) or kind not in RINGS:
        found = f"'{kind}'" if kind else "nothing"
        place = feature.place("geometry", "type") if kind else feature.place("geometry")
        message = f"an outline was wanted, {found} was found"
        yield Problem(place, "bad-geojson", message, "export it as Polygon or MultiPolygon")
        return
    rings: list[tuple[Path_, Any]] = [(("geometry", "coordinates"), geometry.get("coordinates"))]
    for _ in range(RINGS[kind] + 1):
        rings = [((*path, index), part) for path, parts in rings if isinstance(parts, list)
                 for index, part in enumerate(parts)]  # fmt: skip
    if not rings:
        message = "the outline has no coordinates"
        yield Problem(feature.place("geometry"), "bad-geojson", message, "export the file again")
    for path, ring in rings:
        fault = _fault_of_ring(feature, path, ring)
        if fault is not None:
            yield fault
            return


def _fault_of_ring(feature: Feature, path: Path_, ring: Any) -> Problem | None:
    if not isinstance(ring, list) or len(ring) < 4:
        message = "a ring of an outline needs at least four positions"
        return Problem(feature.place(*path), "bad-geojson", message, "export the file again")
    for index, position in enumerate(ring):
        if not isinstance(position, list) or len(position) < 2 or not all(map(_is_number, position)):
            message = "a position is a list of two numbers: longitude, latitude"
            return Problem(feature.place(*path, index), "bad-geojson", message, "export the file again")
        longitude, latitude = position[:2]
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            swapped = abs(longitude) <= 90 and abs(latitude) <= 180
            hint = "write longitude first" if swapped else "export the file in WGS 84 (EPSG:4326), in degrees"
            message = f"the position {longitude}, {latitude} is not on this world"
            return Problem(feature.place(*path, index), "outside-world", message, hint)
    if ring[0] != ring[-1]:
        message = f"the ring is not closed: it begins at {_shown(ring[0])} and ends at {_shown(ring[-1])}"
        place = feature.place(*path, len(ring) - 1)
        return Problem(place, "open-ring", message, "repeat the first position at its end")
    return None


def _shown(position: list[Any]) -> str:
    return f"{position[0]}, {position[1]}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
