"""The site as static files: the bytes that the server would send, at the same paths, with the dumps beside them.

Written by as many processes as there are processors, each of which takes the next few paths.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from aalco_kg import __version__, release
from aalco_kg.errors import UserError
from aalco_kg.folders import renewed
from aalco_kg.graph import Graph
from aalco_kg.site.pages import Site
from aalco_kg.site.search import INDEX

_AT_ONCE = 40  # paths that a process takes at once
Progress = Callable[[int, int], None]


def write(graph: Graph, base: str, out: Path, progress: Progress = lambda done, all_: None) -> int:
    """Write the site, to be published at the address `base`, to the folder `out`; return how many files it has.

    Raises UserError when `base` is no web address, or when `out` holds something else or cannot be written.
    """
    if not base.startswith(("http://", "https://")) or "?" in base or "#" in base:
        raise UserError(f"{base!r} is not where a site can be published.", "Give --base as https://HOST/ or below it.")
    site = Site(graph, base.rstrip("/") + "/")
    with renewed(out, INDEX, "a site of this project") as new:
        paths = list(site.paths())
        for folder in {str(_target(new, path).parent) for path in paths}:
            os.makedirs(folder, exist_ok=True)
        done = 0
        for number in _written(site, new, paths):
            done += number
            progress(done, len(paths))
    return len(paths)


def _target(folder: Path, path: str) -> Path:
    return folder / path / "index.html" if path.endswith("/") or not path else folder / path


def _written(site: Site, folder: Path, paths: list[str]) -> Iterator[int]:
    """How many files were just written, again and again until all are."""
    dumps = folder / "release" / __version__
    parts: list[list[str] | None] = [paths[i : i + _AT_ONCE] for i in range(0, len(paths), _AT_ONCE)]
    parts.insert(0, None)  # the dumps: one long job, begun first
    global _job
    _job = (site, folder, dumps)
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    with context.Pool(min(len(os.sched_getaffinity(0)), 16)) as pool:
        yield from pool.imap_unordered(_write, parts)


_job: tuple[Site, Path, Path] | None = None  # what the processes inherit; a site is too large to be sent


def _write(paths: Iterable[str] | None) -> int:
    assert _job is not None
    site, folder, dumps = _job
    if paths is None:
        release.build(dumps)
        return 0
    number = 0
    for path in paths:
        _target(folder, path).write_bytes(site.answer(path).body)
        number += 1
    return number
