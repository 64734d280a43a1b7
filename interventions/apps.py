"""The interventions app."""

from django.apps import AppConfig


class InterventionsConfig(AppConfig):
    """What we do about it: cases, plans, meetings and their effect."""

    name = "interventions"

    def ready(self) -> None:
        """Make this app's pages, lines of the strip and duties known."""
        from interventions.duties import duties as kept
        from interventions.needs import lines
        from interventions.rail import RAIL
        from pastoral.core import duties, navigation, needs

        navigation.register(*RAIL)
        needs.register("interventions", lines)
        duties.register("interventions", kept)
