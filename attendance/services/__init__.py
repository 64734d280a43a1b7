"""Every write to attendance, a module for each noun."""
