"""Recognition composed: who is praised and who is not, streaks of the basics, campaigns, good news, certificates."""
