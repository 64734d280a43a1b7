"""Behaviour and recognition counted: parts in incidents and achievements of a set of students over a span of days."""
