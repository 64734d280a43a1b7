"""Which of the packages' files a server hands out."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class PastoralStaticFiles(StaticFilesConfig):
    """Leave out what no page uses: Tabler's other builds, and the libraries that its own demonstration site needs."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "tabler-*", "*.rtl.*", "libs", "types"]
