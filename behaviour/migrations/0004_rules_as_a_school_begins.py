"""Lay down the one row of behaviour's rules: 48 hours by the clock, as the duty is written."""

from django.db import migrations


def lay_down(apps, schema_editor):
    """Write the row."""
    apps.get_model("behaviour", "BehaviourRules").objects.get_or_create(only=True)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("behaviour", "0003_detention_levels")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
