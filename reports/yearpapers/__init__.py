"""Papers about a year or the school: performance, governors' extract, line manager's briefing, inspection pack."""
