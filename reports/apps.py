"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Everything composed from several apps, on the screen and on paper."""

    name = "reports"
