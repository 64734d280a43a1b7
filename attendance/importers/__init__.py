"""Importers of marks."""
