"""What the demo school lives that no export file holds: registers taken, plans, decisions, rooms and figures set.

Made once after the import through the services that people's own clicks go through; what is drawn, is drawn from fixed
seeds: the same school lives the same day.
"""
