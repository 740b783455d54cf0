"""What a generated graph is asked: every question of queries/, about something that is in it."""

from aalco_kg import graph, queries

# Questions about one thing: what they answer does not grow with the graph.
PAGES = ("evidence", "instrument-parties", "participants", "process", "session", "topics-of-session")
# What a question with a required parameter is asked; where that record is not generated, another of its kind.
GIVEN = {
    "evidence": ("subject", "session/53"),
    "instrument-parties": ("instrument", "instrument/budapest-convention"),
    "members-on": ("day", "2016-05-17"),
    "participants": ("meeting", "meeting/oewg-4"),
    "process": ("process", "process/gge-2019-2021"),
    "search": ("text", "Türkiye"),
    "session": ("ordinal", "53"),
    "sessions-on-topic": ("topic", "topic/cybercrime-and-international-law"),
    "topics-of-session": ("ordinal", "58"),
}


def bound(names: set[str]) -> dict[str, str]:
    """Every question as SPARQL, asked about what is among the records `names`."""
    loaded = graph.load()
    asked = {}
    for name, query in queries.catalogue().items():
        parameter, value = GIVEN.get(name, (None, ""))
        if parameter is None:
            asked[name] = query.bind(loaded, {})
        elif given := _present(name, value, names):
            asked[name] = query.bind(loaded, {parameter: given})
    return asked


def _present(name: str, value: str, names: set[str]) -> str | None:
    kind = "session" if value.isdigit() else value.partition("/")[0]
    if "/" not in value and not value.isdigit():
        return value
    record = f"session/{value}" if value.isdigit() else value
    if record in names or kind == "topic":
        return value
    others = sorted(other for other in names if other.startswith(f"{kind}/"))
    if not others:
        return None
    return others[len(others) // 2].partition("/")[2] if value.isdigit() else others[len(others) // 2]
