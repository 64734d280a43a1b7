"""Lay down the times of the day, the periods and the rules that propose, as a school begins with them."""

from datetime import time

from django.db import migrations

PERIODS = (
    ("P1", time(9, 0), time(10, 0), "AM"),
    ("P2", time(10, 0), time(11, 0), "AM"),
    ("P3", time(11, 20), time(12, 20), "AM"),
    ("P4", time(13, 20), time(14, 20), "PM"),
    ("P5", time(14, 20), time(15, 20), "PM"),
)

# slug, title, count, weeks, what is proposed
RULES = (
    ("lates_week", "Late 3 times in a week", 3, 1, "Tutor speaks to the student"),
    ("lates_half_term", "Late 5 times in a half term", 5, None, "Detention"),
    ("lates_many", "Late 8 times in a half term", 8, None, "Head of Year writes to or meets the parents"),
    ("dip", "A week 10 points under the student's own year", 1, 1, "Tutor asks what happened"),
    ("weekday", "Absent on the same weekday", 3, 6, "Ask the parents about that weekday"),
    ("spells", "Several short absences", 3, 6, "Invite the parents to a meeting"),
    ("first_weeks", "Absent in the first weeks of the year", 6, 4, "Call home and offer help with settling in"),
    ("siblings", "Brothers or sisters absent together", 2, 4, "One call home for the family"),
)


def lay_down(apps, schema_editor):
    """Write the one row of times, the periods and the rules."""
    apps.get_model("attendance", "RegisterTimes").objects.create()
    period = apps.get_model("attendance", "Period")
    period.objects.bulk_create(
        period(name=name, starts=starts, ends=ends, session=session) for name, starts, ends, session in PERIODS
    )
    rule = apps.get_model("attendance", "ProposalRule")
    rule.objects.bulk_create(
        rule(slug=slug, title=title, count=count, weeks=weeks, proposes=proposes, order=place)
        for place, (slug, title, count, weeks, proposes) in enumerate(RULES)
    )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("attendance", "0002_attendance_codes")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
