"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Everything composed from several apps, on the screen and on paper."""

    name = "reports"

    def ready(self) -> None:
        """Offer the pages in the rail, and say what the sheets in the access log are."""
        from pastoral.core import needs, subjects
        from pastoral.core.navigation import Entry, register
        from pastoral.core.rights import Right
        from reports.needs import lines
        from reports.rag.pages import sheets_described
        from reports.views.place import own_students, year_page_name

        subjects.register("rag-document", sheets_described)
        needs.register("reports", lines)
        register(
            Entry(
                "Year dashboard",
                "reports:dashboard",
                Right.SEE_YEAR_DASHBOARD,
                icon="chart",
                order=10,
                home=10,
                covers=("/year/", "/school/", "/student/"),
                label_for=year_page_name,
            )
        )
        register(
            Entry(
                "My students",
                "reports:my_students",
                Right.SEE_STUDENT,
                icon="users",
                order=12,
                home=15,
                covers=("/student/",),
                label_for=own_students,
            )
        )
        register(
            Entry(
                "Weekly RAG", "reports:rag_list", Right.SEE_WEEKLY_RAG, icon="table", section="Paper", order=50, home=20
            )
        )
        register(
            Entry(
                "PA tracker",
                "reports:pa_tracker",
                Right.SEE_PA_TRACKER,
                icon="chart",
                section="Attendance",
                order=40,
                covers=("/pa-forecast/", "/pa-waterfall/", "/cohorts/"),
            )
        )
        register(
            Entry(
                "Where is everyone",
                "reports:whereabouts",
                Right.SEE_STUDENT,
                icon="search",
                section="Attendance",
                order=24,
            )
        )
        register(
            Entry(
                "Truancy queue",
                "reports:truancy_queue",
                Right.WORK_TRUANCY,
                icon="alert",
                section="Attendance",
                order=26,
            )
        )
        register(
            Entry(
                "Behaviour patterns",
                "reports:behaviour_patterns",
                Right.SEE_BEHAVIOUR_PATTERNS,
                icon="chart",
                section="Behaviour",
                order=60,
                covers=("/behaviour/consistency/", "/behaviour/incidents/"),
            )
        )
        register(
            Entry(
                "Recognition",
                "reports:recognition",
                Right.AWARD,
                icon="circle-check",
                section="Behaviour",
                order=62,
            )
        )
