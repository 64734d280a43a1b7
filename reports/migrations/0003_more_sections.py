"""Two sections more, as a school begins: cases of bullying, and what teachers said of the student.

The local authority asks whether bullying was explored (domain.md 3.3); a panel for a cumulative exclusion, and a team
around a family, what was seen in lessons.
"""

from django.db import migrations

RULES = {
    "bullying": {"must": {"access"}, "relevant": {"prosecution", "multi_agency", "suspension", "exclusion", "transfer"}},
    "teachers": {"must": {"access"}, "relevant": {"prosecution", "multi_agency", "exclusion", "transfer"}},
}
AFTER = "sanctions"


def lay(apps, schema_editor):
    PackProfile, PackRule = (apps.get_model("reports", name) for name in ("PackProfile", "PackRule"))
    for profile in PackProfile.objects.all():
        place = profile.rules.get(section=AFTER).order
        for section, rules in RULES.items():
            rule = next((rule for rule, profiles in rules.items() if profile.slug in profiles), "never")
            PackRule.objects.create(profile=profile, section=section, rule=rule, order=place)


def take_up(apps, schema_editor):
    apps.get_model("reports", "PackRule").objects.filter(section__in=RULES).delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_pack_profiles")]

    operations = [migrations.RunPython(lay, take_up, elidable=False)]
