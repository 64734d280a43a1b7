"""Quiet children: whom nobody saw, whose home nobody spoke to, and whom nobody recognised."""
