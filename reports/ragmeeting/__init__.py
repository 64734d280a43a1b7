"""The weekly RAG walked through in a meeting: its movers, then what is overdue, each with a line that decides."""
