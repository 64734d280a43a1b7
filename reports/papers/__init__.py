"""Papers about one student, an incident, a tutor group or a year: values, and how they are drawn."""
