"""One connection to one editor: what it is, its jobs, and how answers reach it."""
