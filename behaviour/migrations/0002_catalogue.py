"""Lay down the words that a school begins with."""

from django.db import migrations


def lay_down(apps, schema_editor):
    """Write the types of incident, the lists of words and the reasons for a suspension; what stands stays."""
    from behaviour import catalogue

    type_model, word_model, reason_model = (
        apps.get_model("behaviour", name) for name in ("IncidentType", "ListedWord", "SuspensionReason")
    )
    type_model.objects.bulk_create(
        (type_model(**each._asdict(), order=place * 10) for place, each in enumerate(catalogue.TYPES, 1)),
        ignore_conflicts=True,
    )
    words = [
        *(("location", name, 0) for name in catalogue.LOCATIONS),
        *(("activity", name, 0) for name in catalogue.ACTIVITIES),
        *(("period", name, 0) for name in catalogue.PERIODS),
        *(("action", name, 0) for name in catalogue.ACTIONS),
        *(("status", name, 0) for name in catalogue.STATUSES),
        *(("achievement", name, points) for name, points in catalogue.ACHIEVEMENTS),
    ]
    word_model.objects.bulk_create(
        (
            word_model(kind=kind, name=name, points=points, order=place * 10)
            for place, (kind, name, points) in enumerate(words, 1)
        ),
        ignore_conflicts=True,
    )
    reason_model.objects.bulk_create(
        (reason_model(code=code, name=name, valid_from=since) for code, name, since in catalogue.REASONS),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [("behaviour", "0001_behaviour_concerns_recognition")]

    operations = [
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
