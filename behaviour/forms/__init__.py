"""Behaviour's forms, a module for each matter."""
