"""The map of host cities as a drawing: where each dot and each name stands.

It shows no coast and no border: only a graticule, and the names of continents and seas.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from aalco_kg.site.rendering import Page
from aalco_kg.views.places import HostCity


@dataclass(frozen=True)
class Dot:
    """A city where it stands, with the anchor of its name (`start` or `end`) and how far that is moved down."""

    city: HostCity
    x: float
    y: float
    radius: float
    anchor: str
    shift: float


@dataclass(frozen=True)
class World:
    """The map: lines of latitude and longitude in degrees with where they run, names of regions, dots."""

    width: int
    height: int
    meridians: tuple[tuple[int, float], ...]
    parallels: tuple[tuple[int, float], ...]
    regions: tuple[tuple[str, float, float], ...]
    dots: tuple[Dot, ...]


_WEST, _EAST, _NORTH, _SOUTH = -20, 150, 48, -40  # what the map shows, in degrees
_SCALE = 6.0  # units a degree; the projection is the plate carrée
_LETTER = 6.4  # how wide a letter of a name is taken to be
_REGIONS: tuple[tuple[str, int, int], ...] = (
    ("Africa", 19, 15),
    ("Asia", 90, 44),
    ("Indian Ocean", 76, -18),
    ("Atlantic Ocean", -9, -20),
)
_REGIONS += (("Pacific Ocean", 136, 25), ("Arabian Sea", 64, 16))


def world(page: Page, cities: Iterable[HostCity]) -> World:
    """The map of the host cities whose coordinates are recorded. East is on the right in every language."""
    placed = [
        (city, _x(city.longitude), _y(city.latitude))
        for city in cities
        if city.longitude is not None and city.latitude is not None
    ]
    taken = [Box(x - _radius(city), y - _radius(city), x + _radius(city), y + _radius(city)) for city, x, y in placed]
    dots = []
    for city, x, y in placed:
        anchor, shift, box = _name_beside(page.label(city.city), x, y, _radius(city), taken)
        taken.append(box)
        dots.append(Dot(city, x, y, _radius(city), anchor, shift))
    return World(
        int((_EAST - _WEST) * _SCALE),
        int((_NORTH - _SOUTH) * _SCALE),
        tuple((degrees, _x(degrees)) for degrees in range(0, _EAST, 30)),
        tuple((degrees, _y(degrees)) for degrees in range(-30, _NORTH, 15)),
        tuple((page.say(name), _x(east), _y(north)) for name, east, north in _REGIONS),
        tuple(dots),
    )


@dataclass(frozen=True)
class Box:
    """What a dot or a name covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return not (
            self.right <= other.left or other.right <= self.left or self.bottom <= other.top or other.bottom <= self.top
        )


def box(name: str, x: float, y: float, radius: float, anchor: str, shift: float) -> Box:
    """What the name beside a dot covers: after the dot (`start`) or before it (`end`), moved down by `shift`."""
    width = _LETTER * len(name)
    left = x + radius + 3 if anchor == "start" else x - radius - 3 - width
    return Box(left, y + shift - 6, left + width, y + shift + 6)


def _name_beside(name: str, x: float, y: float, radius: float, taken: list[Box]) -> tuple[str, float, Box]:
    """The place for a city's name that covers least of what is there already."""
    places = [(anchor, shift) for shift in (0.0, 5.0, -5.0, 10.0, -10.0, 15.0) for anchor in ("start", "end")]
    boxes = {place: box(name, x, y, radius, *place) for place in places}
    best = min(places, key=lambda place: sum(boxes[place].meets(other) for other in taken))
    return *best, boxes[best]


def _radius(city: HostCity) -> float:
    return round(3 + 2.6 * math.sqrt(len(city.sessions)), 1)


def _x(longitude: float) -> float:
    return round((longitude - _WEST) * _SCALE, 1)


def _y(latitude: float) -> float:
    return round((_NORTH - latitude) * _SCALE, 1)
