"""Read-only answers about cases, interventions, plans and meetings."""
