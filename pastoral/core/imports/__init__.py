"""The one import pipeline: read, check, preview, apply, rejects file.

Importers live beside the models that they fill.
"""
