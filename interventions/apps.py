"""The interventions app."""

from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    """What we do about it: cases, plans, meetings and their effect."""

    name = "interventions"

    def ready(self) -> None:
        """Make this app's pages and lines of the strip known."""
        from interventions.needs import lines
        from interventions.rail import RAIL
        from pastoral.core import navigation, needs

        navigation.register(*RAIL)
        needs.register("interventions", lines)
