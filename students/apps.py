"""The students app."""

from django.apps import AppConfig


class StudentsConfig(AppConfig):
    """Who, where and when: students, parents and carers, groups, staff assignments and the school calendar."""

    name = "students"
