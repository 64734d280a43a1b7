"""Forms of cases, interventions, plans and meetings."""
