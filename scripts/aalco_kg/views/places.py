"""The cities that received annual sessions, with where they lie and which sessions they received."""

from dataclasses import dataclass

from aalco_kg.graph import Graph
from aalco_kg.terms import ONTOLOGY, PREFIXES
from aalco_kg.turtle import natural

_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class HostCity:
    """A city, its country, its sessions in order. Coordinates in degrees, None where none are recorded."""

    city: str
    country: str | None
    latitude: float | None
    longitude: float | None
    sessions: tuple[str, ...]


def host_cities(graph: Graph) -> tuple[HostCity, ...]:
    """Every city in which an annual session was held, the one with most sessions first."""
    held: dict[str, list[str]] = {}
    for session in graph.subjects(_TYPE, ONTOLOGY + "AnnualSession"):
        for place in graph.objects(session, ONTOLOGY + "heldIn"):
            held.setdefault(str(place.value), []).append(session)
    cities = [_city(graph, city, sorted(sessions, key=natural)) for city, sessions in held.items()]
    return tuple(sorted(cities, key=lambda city: (-len(city.sessions), graph.label(city.city))))


def _city(graph: Graph, city: str, sessions: list[str]) -> HostCity:
    def one(name: str) -> str | None:
        values = graph.objects(city, ONTOLOGY + name)
        return str(values[0].value) if values else None

    latitude, longitude = one("lat"), one("long")
    known = latitude is not None and longitude is not None
    return HostCity(
        city,
        one("country"),
        float(latitude or 0) if known else None,
        float(longitude or 0) if known else None,
        tuple(sessions),
    )
