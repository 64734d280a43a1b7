"""The weekly RAG's dataset: read from the live figures once, frozen, and laid out for the page and the PDF alike."""
