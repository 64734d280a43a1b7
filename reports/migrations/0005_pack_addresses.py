"""Addresses become a section of their own, so that what goes to one parent need not lead to another.

Source: domain.md 5 (subject access, third parties). It must be where it stood in the family's section before, but for
subject access.
"""

from django.db import migrations

RULES = {"prosecution": "must", "notice": "must", "transfer": "must", "access": "never"}
ELSEWHERE = "relevant"
AFTER = "family"


def lay(apps, schema_editor):
    PackProfile, PackRule = (apps.get_model("reports", name) for name in ("PackProfile", "PackRule"))
    for profile in PackProfile.objects.all():
        place = profile.rules.get(section=AFTER).order
        PackRule.objects.create(
            profile=profile, section="addresses", rule=RULES.get(profile.slug, ELSEWHERE), order=place
        )


def take_up(apps, schema_editor):
    apps.get_model("reports", "PackRule").objects.filter(section="addresses").delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_pack_names")]

    operations = [migrations.RunPython(lay, take_up, elidable=False)]
