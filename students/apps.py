"""The students app."""

from django.apps import AppConfig


class StudentsConfig(AppConfig):
    """Who, where and when: students, parents and carers, groups, staff assignments and the school calendar."""

    name = "students"

    def ready(self) -> None:
        """Make this app's importers known, and who the students in the access log are."""
        from pastoral.core import subjects
        from pastoral.core.imports.importer import register
        from students.importers.calendar import CalendarImporter
        from students.importers.enrolments import EnrolmentImporter
        from students.importers.parents_carers import ParentCarerImporter
        from students.importers.staff import StaffImporter
        from students.importers.students import StudentImporter
        from students.summaries import students_described

        subjects.register("student", students_described)
        register(CalendarImporter, StudentImporter, EnrolmentImporter, ParentCarerImporter, StaffImporter)
