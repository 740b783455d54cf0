"""The server: site, linked data, SPARQL endpoint and API over one loaded graph that nobody can change."""
