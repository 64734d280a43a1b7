"""Importers of incidents and achievements."""
