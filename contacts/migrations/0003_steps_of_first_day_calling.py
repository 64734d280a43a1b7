"""The ladder of first-day calls, as schools keep it (product.md E7); each school sets its own times."""

from datetime import time

from django.db import migrations

STEPS = (
    ("call", "Call the first contact", time(9, 30), 1, True),
    ("next", "Call the next contact", time(10, 0), 1, True),
    ("text", "Send a text", time(10, 30), 1, True),
    ("dsl", "Tell the DSL", time(11, 0), 1, True),
    ("social_worker", "Tell the social worker", time(11, 0), 1, True),
    ("visit", "Visit the home", time(13, 5), 1, True),
    ("visit", "Visit the home: third day", time(9, 30), 3, True),
    ("visit", "Visit the home: tenth day", time(9, 30), 10, True),
    ("police", "Ask the police for a welfare check (101)", time(13, 30), 1, False),
)


def lay_down(apps, schema_editor):
    """Write the steps."""
    step = apps.get_model("contacts", "CallingStep")
    step.objects.bulk_create(
        step(kind=kind, label=label, starts_at=starts_at, first_day=first_day, is_on=is_on)
        for kind, label, starts_at, first_day, is_on in STEPS
    )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("contacts", "0002_rules_as_a_school_begins")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
