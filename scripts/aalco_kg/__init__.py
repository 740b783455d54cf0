"""aalco-kg: what AALCO has done on international law in cyberspace, as a graph with evidence."""

__version__ = "0.1.0"
