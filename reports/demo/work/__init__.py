"""What the demo school does about it: attendance cases, interventions, plans, meetings, and everybody's actions."""
