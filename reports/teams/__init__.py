"""The tutor-team board: how each tutor's group stands, and what the tutor did this week."""
