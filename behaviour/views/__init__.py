"""Behaviour's pages, a module for each matter."""
