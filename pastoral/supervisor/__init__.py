"""The demonstration: one command that sets up a school and keeps web, worker, beat and their servers running.

Part of the composition root: it may import every app, and no app imports it. Installed by the local settings only.
"""
