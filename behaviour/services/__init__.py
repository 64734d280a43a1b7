"""Writes to behaviour, a module for each matter."""
