"""Pages of cases, interventions, plans and meetings."""
