"""What every part of the server shares: the graph, the release, the pool of workers, the limits, the public address."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from aalco_kg.graph import Graph
from aalco_kg.server.limits import Limits
from aalco_kg.server.pool import Pool


@dataclass(frozen=True)
class Service:
    """`graph` holds the facts, `store` the whole data set; `release` is the folder of the dumps, complete as soon as it
    exists; `base` is where the server is reached from outside, without a slash at its end."""

    graph: Graph
    store: ox.Store
    release: Path
    pool: Pool
    limits: Limits
    base: str

    def describes(self, iri: str) -> bool:
        """Whether the data set says anything of a thing."""
        about = self.store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())
        return next(iter(about), None) is not None
