"""Read-only answers about contacts."""
