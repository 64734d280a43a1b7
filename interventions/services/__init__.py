"""Writes to cases, interventions, plans and meetings."""
