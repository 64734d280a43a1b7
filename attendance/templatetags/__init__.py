"""Tags for pages with marks."""
