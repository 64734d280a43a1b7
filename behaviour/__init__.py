"""What happened beside registers: incidents and achievements."""
