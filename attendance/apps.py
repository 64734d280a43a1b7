"""The attendance app."""

from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    """What happened in registers: codes, marks, weekly totals and the arithmetic of absence."""

    name = "attendance"
