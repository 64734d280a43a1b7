"""Writes to contacts and what hangs on them."""
