"""The core app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """People's accounts and rights, jobs, the access log and the import pipeline; knows no other app."""

    name = "pastoral.core"
    label = "core"
    verbose_name = "Core"
