"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Everything composed from several apps, on the screen and on paper."""

    name = "reports"

    def ready(self) -> None:
        """Offer the pages in the rail."""
        from pastoral.core.navigation import Entry, register
        from pastoral.core.rights import Right

        register(
            Entry(
                "Year dashboard",
                "reports:dashboard",
                Right.SEE_YEAR_DASHBOARD,
                icon="chart",
                order=10,
                home=10,
                covers=("/year/", "/school/", "/student/"),
            )
        )
        register(
            Entry(
                "Weekly RAG", "reports:rag_list", Right.SEE_WEEKLY_RAG, icon="table", section="Paper", order=50, home=20
            )
        )
