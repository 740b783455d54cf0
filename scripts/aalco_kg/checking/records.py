"""What took long to measure, kept with its date and the state of the graph that it was measured on.

`tests/measured/NAME.json` holds it. A record of another state says less, and says so.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aalco_kg.files import HOME, hygiene_files, query_files, turtle_files

FOLDER = HOME / "tests" / "measured"


@dataclass(frozen=True)
class Record:
    """What was measured, on which day, and whether of the graph as it is now."""

    date: str
    current: bool
    results: dict[str, Any]

    @property
    def when(self) -> str:
        """The day, in words for a page."""
        return f"measured on {self.date}" + ("" if self.current else ", of another state of the graph")


def state() -> str:
    """A digest of everything that is checked and asked: Turtle files and queries, by name and content."""
    digest = hashlib.sha256()
    for path in sorted([*turtle_files(), *query_files(), *hygiene_files()]):
        digest.update(f"{path.relative_to(HOME).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def write(name: str, results: dict[str, Any], of: str) -> None:
    """Keep what was measured just now of a state."""
    FOLDER.mkdir(exist_ok=True)
    record = {"date": datetime.now(UTC).date().isoformat(), "state": of, "results": results}
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def last(name: str) -> Record | None:
    """What was measured last; None where nothing was, as in an installed package."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        return None
    record = json.loads(path.read_text(encoding="utf-8"))
    return Record(record["date"], record["state"] == state(), record["results"])
