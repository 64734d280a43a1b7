"""Attendance's forms, a module for each noun."""
