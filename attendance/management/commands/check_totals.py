"""Compare the weekly totals with the marks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from attendance.summaries import totals_faults, weeks_checked


class Command(BaseCommand):
    """Count every mark again and compare with the totals that the triggers keep."""

    help = "Recompute the weekly attendance totals and compare; exit 1 when one differs."

    def handle(self, *args: Any, **options: Any) -> None:
        """Report the faults by student key and week."""
        faults = totals_faults()
        for fault in faults[:20]:
            self.stderr.write(f"student {fault.student_id}, week of {fault.monday}: totals differ from the marks")
        if faults:
            raise CommandError(f"{len(faults)} of {weeks_checked()} weekly totals differ from their marks.")
        self.stdout.write(f"All {weeks_checked()} weekly totals agree with the marks.")
