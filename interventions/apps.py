"""The interventions app."""

from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    """What we do about it: cases, plans, meetings and their effect."""

    name = "interventions"
