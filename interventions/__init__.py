"""What we do about it: cases, plans, meetings and their effect."""
