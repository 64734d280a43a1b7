"""Lay down the one row of the rules of contacts, as a school begins with them."""

from django.db import migrations


def lay_down(apps, schema_editor):
    """Write the row."""
    apps.get_model("contacts", "ContactRules").objects.get_or_create(only=True)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("contacts", "0001_contacts_enquiries_letters")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
