"""Addresses become a section of their own, so that what goes to one parent need not lead to another.

Source: domain.md 5 (subject access, third parties). It belongs wherever the family's section did, in which it stood
before, but for subject access.
"""

from django.db import migrations

AFTER = "family"


def lay(apps, schema_editor):
    PackProfile, PackRule = (apps.get_model("reports", name) for name in ("PackProfile", "PackRule"))
    for profile in PackProfile.objects.all():
        family = profile.rules.get(section=AFTER)
        rule = "never" if profile.slug == "access" else family.rule
        PackRule.objects.create(profile=profile, section="addresses", rule=rule, order=family.order)


def take_up(apps, schema_editor):
    apps.get_model("reports", "PackRule").objects.filter(section="addresses").delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_pack_names")]

    operations = [migrations.RunPython(lay, take_up, elidable=False)]
