"""What happened in registers: codes, marks, weekly totals and the arithmetic of absence."""
