"""The codes as rows of the database."""

import pgtrigger
from django.db import models

from attendance.codes import CodeClass, LegalClass, PhysicalClass


class AttendanceCode(models.Model):
    """One meaning of one code over a span of dates; the rows are `attendance.codes.CODES`, laid down by migrations."""

    letters = models.CharField(max_length=2)
    meaning = models.CharField(max_length=100)
    code_class = models.CharField(max_length=20, choices=[(c.value, c.value) for c in CodeClass])
    legal = models.CharField(max_length=20, choices=[(c.value, c.value) for c in LegalClass])
    physical = models.CharField(max_length=20, choices=[(c.value, c.value) for c in PhysicalClass])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    session = models.CharField(max_length=2, blank=True)
    takes_minutes = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["letters", "valid_from"], name="attendance_code_once"),)
        triggers = (pgtrigger.Protect(name="codes_kept", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return self.letters
