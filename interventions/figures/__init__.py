"""Rules about cases and interventions on plain values: no database, no clock."""
