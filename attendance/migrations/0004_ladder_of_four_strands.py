"""Name whose step each rule proposes, and lay down the ladders of behaviour, homework and uniform."""

from django.db import migrations

TUTOR, MANAGER, HEAD, SLT = "form_tutor", "pastoral_manager", "head_of_year", "slt"

# What the rules about marks propose is done by these; the others are the Head of Year's.
PERSONS = {"lates_week": TUTOR, "dip": TUTOR, "weekday": MANAGER, "siblings": MANAGER, "first_weeks": MANAGER}

# slug, title, strand, counts, count, weeks, person, what is proposed
RULES = (
    ("form_late", "Punctuality marked 3 times in 2 weeks", "attendance", "mark:Punctuality", 3, 2, TUTOR,
     "Tutor speaks to the student about mornings"),
    ("behaviour_week", "3 behaviour incidents in a week", "behaviour", "strand", 3, 1, TUTOR,
     "Tutor speaks to the student and calls home"),
    ("behaviour_points_10", "10 behaviour points in a half term", "behaviour", "points", 10, None, HEAD,
     "Meet the parents; consider a tutor report card"),
    ("behaviour_points_20", "20 behaviour points in a half term", "behaviour", "points", 20, None, HEAD,
     "Head of Year report card, with targets agreed at home"),
    ("behaviour_points_40", "40 behaviour points in a half term", "behaviour", "points", 40, None, SLT,
     "Meeting of the parents with SLT"),
    ("homework_3", "Homework 3 times in a half term", "homework", "strand", 3, None, TUTOR,
     "Tutor speaks to the student and tells home"),
    ("homework_6", "Homework 6 times in a half term", "homework", "strand", 6, None, HEAD,
     "Head of Year meets the student; homework club"),
    ("uniform_3", "Uniform or equipment 3 times in a half term", "uniform", "strand", 3, None, TUTOR,
     "Tutor tells home and asks what is needed"),
    ("uniform_6", "Uniform or equipment 6 times in a half term", "uniform", "strand", 6, None, MANAGER,
     "Detention, and a call home about what is missing"),
)
GRACE = 1  # the day after it is logged: wrong ones are withdrawn first


def lay_down(apps, schema_editor):
    """Write them; what the school has set stays."""
    rule = apps.get_model("attendance", "ProposalRule")
    for slug, person in PERSONS.items():
        rule.objects.filter(slug=slug).update(person=person)
    rule.objects.bulk_create(
        (
            rule(slug=slug, title=title, strand=strand, counts=counts, count=count, weeks=weeks, person=person,
                 proposes=proposes, grace_days=GRACE, order=20 + place)
            for place, (slug, title, strand, counts, count, weeks, person, proposes) in enumerate(RULES)
        ),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("attendance", "0003_times_periods_and_rules")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
