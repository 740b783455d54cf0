"""The site as static files: the bytes that the server would send, at the same paths."""

from collections.abc import Callable
from pathlib import Path

from aalco_kg.site.pages import Site


def write(site: Site, out: Path, progress: Callable[[int, int], None] = lambda done, all_: None) -> int:
    """Write every page and file of the site below `out`; return how many there are."""
    paths = list(site.paths())
    for number, path in enumerate(paths, 1):
        target = out / path / "index.html" if path.endswith("/") else out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(site.answer(path).body)
        progress(number, len(paths))
    return len(paths)
