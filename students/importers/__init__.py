"""Importers of the files that say who, where and when."""
