"""What the demo school and its families, and the agencies beside it, said to each other over the year."""
