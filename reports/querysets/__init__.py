"""Who may see which composed record."""
