"""One file an entry, or a few that belong together."""
