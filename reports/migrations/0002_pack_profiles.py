"""The seven purposes for which packs are made, as a school begins: section by section, must, relevant or never.

Source: product.md E8, domain.md 3.3 (Norfolk, Stockton, Southwark, another authority's checklist) and 5. The school
changes them on its settings page.
"""

from django.db import migrations

# In the order in which sections are printed.
SECTIONS = (
    "statement family register chronology letters contacts visits meetings case plans notices leave medical view needs "
    "agencies siblings behaviour incidents sanctions suspensions interventions achievements said dsl declaration"
).split()
# Short name, name, what for, the sections that must be there, those that may be; whatever is in neither never is.
PROFILES = (
    (
        "prosecution",
        "Local authority prosecution",
        ("For the local authority’s legal team: evidence of unauthorised absence and of the support that was "
         "given."),
        ("statement family register chronology letters contacts visits meetings case plans notices view needs "
         "agencies siblings declaration"),
        "leave medical interventions suspensions said",
    ),
    (
        "notice",
        "Penalty-notice referral",
        ("For the local authority’s attendance team: the register, the warning and what was offered before a "
         "notice."),
        "family register letters notices declaration",
        "chronology contacts visits meetings case plans leave medical view needs agencies siblings",
    ),
    (
        "multi_agency",
        "Multi-agency meeting or early help",
        "For the team around the family: what the school knows, what was tried and what the student says.",
        "family register chronology contacts plans view needs agencies interventions",
        ("letters visits meetings case medical siblings behaviour incidents sanctions suspensions achievements "
         "said dsl"),
    ),
    (
        "suspension",
        "Suspension or exclusion, one occasion",
        ("For the governing board: one incident in full, the duties that followed, and the student’s needs and "
         "support."),
        "family incidents suspensions needs view plans declaration",
        "register chronology contacts meetings agencies interventions achievements",
    ),
    (
        "exclusion",
        "Exclusion, cumulative",
        ("For the governing board: the behaviour log, every suspension, and the support given before a "
         "decision."),
        ("family behaviour incidents suspensions sanctions needs view plans interventions meetings chronology "
         "declaration"),
        "register contacts letters visits agencies achievements medical said case",
    ),
    (
        "transfer",
        "Transfer to another school",
        "For the new school’s pastoral team: what it needs to know to go on with.",
        "family register plans needs agencies behaviour suspensions interventions achievements",
        "chronology contacts meetings case incidents sanctions view medical notices said",
    ),
    (
        "access",
        "Subject access request",
        "For the student, or a parent acting for them: what the school holds, without what is about others.",
        ("family register chronology letters contacts visits meetings case plans notices leave medical view "
         "needs agencies behaviour incidents sanctions suspensions interventions achievements said"),
        "dsl",
    ),
)


def lay(apps, schema_editor):
    PackProfile, PackRule = (apps.get_model("reports", name) for name in ("PackProfile", "PackRule"))
    for order, (slug, name, purpose, must, relevant) in enumerate(PROFILES, start=1):
        profile = PackProfile.objects.create(
            slug=slug, name=name, purpose=purpose, order=order, is_statement="statement" in must.split()
        )
        rules = {**dict.fromkeys(relevant.split(), "relevant"), **dict.fromkeys(must.split(), "must")}
        PackRule.objects.bulk_create(
            PackRule(profile=profile, section=section, rule=rules.get(section, "never"), order=place)
            for place, section in enumerate(SECTIONS)
        )


def take_up(apps, schema_editor):
    apps.get_model("reports", "PackProfile").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_weekly_rag_and_views")]

    operations = [migrations.RunPython(lay, take_up, elidable=False)]
