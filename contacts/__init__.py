"""Whom we spoke to: parents, carers and agencies."""
