"""The site: every page as a function of its path, the same for the server and for static files."""
