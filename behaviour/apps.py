"""The behaviour app."""

from django.apps import AppConfig


class BehaviourConfig(AppConfig):
    """What happened beside registers: incidents and achievements."""

    name = "behaviour"

    def ready(self) -> None:
        """Make this app's importers known."""
        from behaviour.importers.achievements import AchievementImporter
        from behaviour.importers.incidents import IncidentImporter
        from pastoral.core.imports.importer import register

        register(IncidentImporter, AchievementImporter)
