"""Addresses of students' pages for lists of hundreds."""

from django.urls import reverse


class Addresses:
    """The address of any student's page: a list asks for hundreds."""

    _ANYBODY = 10**15

    def __init__(self) -> None:
        self._student = reverse("reports:student_detail", args=[self._ANYBODY])

    def student(self, key: int) -> str:
        """Return the address of a student's page."""
        return self._student.replace(str(self._ANYBODY), str(key))
