"""The behaviour app."""

from django.apps import AppConfig


class BehaviourConfig(AppConfig):
    """What happened beside registers: incidents, achievements, sanctions, report cards, stays in the rooms."""

    name = "behaviour"

    def ready(self) -> None:
        """Make this app's importers, pages, ladder, lines of the strip, duties and the log's concerns known."""
        from behaviour.duties import duties as kept
        from behaviour.importers.achievements import AchievementImporter
        from behaviour.importers.incidents import IncidentImporter
        from behaviour.needs import lines
        from behaviour.rail import LOGGED, RAIL
        from behaviour.summaries import ladder
        from behaviour.summaries.concerns import concerns_described, incidents_described
        from pastoral.core import duties, navigation, needs, subjects
        from pastoral.core.imports.importer import register
        from students import strands

        register(IncidentImporter, AchievementImporter)
        navigation.register(*RAIL, *LOGGED)
        needs.register("behaviour", lines)
        duties.register("behaviour", kept)
        subjects.register("concern", concerns_described)
        subjects.register("dsl-incident", incidents_described)
        strands.register("behaviour", ladder.LADDER)
