"""Rules that propose: pure functions over frozen data, a module for each, one registry for every surface (T10)."""
