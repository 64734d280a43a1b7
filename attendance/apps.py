"""The attendance app."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """What happened in registers: codes, marks, weekly totals and the arithmetic of absence."""

    name = "attendance"

    def ready(self) -> None:
        """Make this app's importers known."""
        from attendance.importers.lesson_marks import LessonMarkImporter
        from attendance.importers.session_marks import SessionMarkImporter
        from pastoral.core.imports.importer import register

        register(SessionMarkImporter, LessonMarkImporter)
