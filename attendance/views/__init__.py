"""Attendance's pages, a module for each noun."""
