"""Composed answers: each a function that returns frozen dataclasses, drawn as page, list, CSV and PDF alike."""
