"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Everything composed from several apps, on the screen and on paper."""

    name = "reports"

    def ready(self) -> None:
        """Offer the pages in the rail, and say what the sheets in the access log are."""
        from pastoral.core import navigation, needs, subjects
        from reports.halfterm.listing import reports_described
        from reports.needs import lines
        from reports.rag.pages import sheets_described
        from reports.rail import RAIL

        subjects.register("rag-document", sheets_described)
        subjects.register("half-term-report", reports_described)
        needs.register("reports", lines)
        navigation.register(*RAIL)
