"""Lay down the rungs of detentions that a school begins with."""

from django.db import migrations


def lay_down(apps, schema_editor):
    """Write the rungs, unless the school has its own."""
    from behaviour import catalogue

    level_model = apps.get_model("behaviour", "DetentionLevel")
    if not level_model.objects.exists():
        level_model.objects.bulk_create(
            level_model(number=number, **each._asdict()) for number, each in enumerate(catalogue.LEVELS, 1)
        )


class Migration(migrations.Migration):

    dependencies = [("behaviour", "0002_catalogue")]

    operations = [
        migrations.RunPython(lay_down, migrations.RunPython.noop),
    ]
