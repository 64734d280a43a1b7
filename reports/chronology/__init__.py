"""Everything about one student as one composed timeline, for the screen, for paper and for packs."""
