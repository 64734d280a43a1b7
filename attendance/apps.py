"""The attendance app."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """What happened in registers: codes, marks, weekly totals and the arithmetic of absence."""

    name = "attendance"

    def ready(self) -> None:
        """Make this app's importers and duties known and offer its pages in the rail."""
        from attendance.duties import duties as kept
        from attendance.importers.lesson_marks import LessonMarkImporter
        from attendance.importers.session_marks import SessionMarkImporter
        from attendance.needs import lines
        from attendance.rail import RAIL
        from attendance.services import unexplained
        from attendance.summaries.away import away_at
        from attendance.summaries.away_long import absences
        from attendance.summaries.taught import TOLD
        from pastoral.core import duties, navigation, needs
        from pastoral.core.imports.importer import register
        from students import away, lessons

        away.register("attendance", away_at)
        away.register_absences(absences)
        register(SessionMarkImporter, LessonMarkImporter)
        lessons.register(TOLD)
        needs.register("attendance", lines)
        duties.register("attendance", kept)
        navigation.register(*RAIL)
        unexplained.proposals_join()
