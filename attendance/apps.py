"""The attendance app."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """What happened in registers: codes, marks, weekly totals and the arithmetic of absence."""

    name = "attendance"

    def ready(self) -> None:
        """Make this app's importers known and offer its settings in the rail."""
        from attendance.importers.lesson_marks import LessonMarkImporter
        from attendance.importers.session_marks import SessionMarkImporter
        from pastoral.core import navigation
        from pastoral.core.imports.importer import register
        from pastoral.core.rights import Right

        register(SessionMarkImporter, LessonMarkImporter)
        navigation.register(
            navigation.Entry(
                "Registers board",
                "attendance:board",
                Right.CHASE_REGISTERS,
                icon="check",
                section="Attendance",
                order=22,
            )
        )
        navigation.register(
            navigation.Entry(
                "RAG bands",
                "attendance:rag_scale_form",
                Right.CHANGE_SETTINGS,
                icon="cog",
                section="School",
                order=850,
            )
        )
