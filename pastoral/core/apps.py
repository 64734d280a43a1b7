"""The core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """People's accounts and rights, jobs, the access log and the import pipeline; knows no other app."""

    name = "pastoral.core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Offer core's own pages in the rail, and say what of the imports needs somebody."""
        from pastoral.core import needs
        from pastoral.core.imports.needs import lines
        from pastoral.core.navigation import Entry, register
        from pastoral.core.rights import Right

        needs.register("imports", lines)

        register(Entry("Access log", "core:access_log", Right.SEE_ACCESS_LOG, "eye", section="School", order=900))
        register(
            Entry("Imports", "core:import_list", Right.IMPORT_FILES, "upload", section="School", order=800, home=30)
        )
