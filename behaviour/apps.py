"""The behaviour app."""

from django.apps import AppConfig


class BehaviourConfig(AppConfig):
    """What happened beside registers: incidents and achievements."""

    name = "behaviour"
