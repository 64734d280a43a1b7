"""Read-only answers about behaviour, a module for each matter."""
