"""Everything that touches the world: database, HTTP, files, clock, command line."""
