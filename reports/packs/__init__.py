"""Packs: what the log says about one student for one purpose, frozen, and drawn from that alone."""
