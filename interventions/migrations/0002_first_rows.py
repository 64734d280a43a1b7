"""The ladder, barriers, kinds of intervention and of plan that a school begins with; it changes them as it likes.

Sources: domain.md 4.3 (barriers), 4.4 (ladder), 4.9 (plans); duties D07, D70, D81 and D106.
"""

from django.db import migrations

STAGES = (
    # code, name, trigger, who, review weeks, legal, steps of (kind, what, within school days)
    (
        "0",
        "First day",
        "Any absence",
        "Attendance Officer",
        1,
        False,
        (("call", "Call home on the first day, every day until there is a reason", 0),),
    ),
    (
        "1",
        "Tutor",
        "Under 96 to 95 %, 3 absences without a reason, or 3 lates",
        "Form Tutor",
        4,
        False,
        (
            ("conversation", "Talk with the student about what gets in the way", 3),
            ("letter", "Send attendance letter 1", 5),
            ("other", "Monitor for four weeks", 20),
        ),
    ),
    (
        "2",
        "Year team",
        "Under 93 to 92 %, or no improvement",
        "Head of Year or Pastoral Manager",
        4,
        False,
        (
            ("letter", "Send attendance letter 2", 3),
            ("meeting", "Meet the parents or carers", 10),
            ("barriers", "Find the barriers with the student and the family", 10),
            ("view", "Write down the student's own view", 10),
            ("other", "Set an attendance target, on a report card if it helps", 10),
        ),
    ),
    (
        "3",
        "Panel",
        "Under 90 %: persistently absent",
        "Head of Year with SLT",
        4,
        False,
        (
            ("letter", "Send attendance letter 3", 3),
            ("home_visit", "Visit the home", 5),
            ("meeting", "Hold the attendance panel", 10),
            ("plan", "Write a support plan", 10),
            ("medical", "Ask for medical evidence where illness is the reason", 10),
            ("early_help", "Offer early help, or note why not", 10),
        ),
    ),
    (
        "4",
        "Formal support",
        "No improvement after 4 to 6 weeks, or 10 unauthorised sessions in 10 school weeks",
        "Attendance lead with the local authority",
        6,
        True,
        (
            ("contract", "Offer an attendance contract", 5),
            ("authority", "Ask the local authority's advice", 5),
            ("notice", "Decide on a notice to improve", 10),
        ),
    ),
    (
        "5",
        "Legal",
        "Continued",
        "Local authority",
        6,
        True,
        (
            ("notice", "Penalty notice, or why not", 5),
            ("authority", "Refer to the local authority with the evidence", 10),
        ),
    ),
    (
        "S",
        "Severe",
        "50 % or less: severely absent",
        "DSL with SLT",
        2,
        True,
        (
            ("authority", "Ask the DSL; agree a plan with the agencies", 2),
            ("home_visit", "Visit the home", 3),
            ("plan", "Write the plan of all agencies", 10),
        ),
    ),
)
BARRIERS = (
    "Anxiety or emotionally based school avoidance",
    "Bullying",
    "Caring for somebody at home",
    "Disengagement",
    "Family circumstances",
    "Holiday in term",
    "Housing",
    "Health",
    "Peers",
    "Safeguarding",
    "SEND",
    "Transport",
)
TYPES = (
    # name, aim, about, sessions, minutes, weeks, grace, helps against
    ("Check-in and check-out", "attendance", "Two minutes with a trusted adult, first and last thing", 30, 5, 6, 0,
     ("Anxiety or emotionally based school avoidance", "Disengagement")),
    ("Mentoring", "attendance", "One adult, one student, a goal, once a week", 6, 30, 6, 0,
     ("Disengagement", "Peers", "Family circumstances")),
    ("Meeting with parents", "attendance", "An agreed plan with the family", 1, 45, 4, 0,
     ("Family circumstances", "Holiday in term", "Health")),
    ("Home visit", "attendance", "Seen at home, barriers asked about", 1, 60, 4, 0,
     ("Family circumstances", "Housing", "Health")),
    ("Attendance reward", "attendance", "A personal target with a reward that the student chose", 1, 15, 4, 0,
     ("Disengagement",)),
    ("Meet at the gate", "punctuality", "Met on arrival, lateness seen at once", 10, 5, 2, 0, ("Transport",)),
    ("Transport help", "punctuality", "A bus pass, a taxi, walking with somebody", 1, 20, 4, 0, ("Transport",)),
    ("Gradual return", "attendance", "A step-by-step return with a named adult", 12, 15, 6, 5,
     ("Anxiety or emotionally based school avoidance", "Health")),
    ("Counselling", "wellbeing", "A counsellor, once a week", 6, 50, 6, 5,
     ("Anxiety or emotionally based school avoidance", "Family circumstances")),
    ("Small group: worry", "wellbeing", "A group on worry and resilience", 6, 45, 6, 0,
     ("Anxiety or emotionally based school avoidance",)),
    ("Small group: friendships", "wellbeing", "A group on friendships and falling out", 6, 45, 6, 0,
     ("Peers", "Bullying")),
    ("Restorative work", "behaviour", "Those on both sides, prepared and followed up", 3, 30, 3, 0,
     ("Peers", "Bullying")),
    ("Behaviour mentoring", "behaviour", "One adult, one student, what sets things off", 6, 30, 6, 0,
     ("Disengagement", "SEND")),
    ("Homework club", "learning", "A place, a computer and help after school", 12, 60, 6, 0,
     ("Housing", "Caring for somebody at home")),
    ("Young carers' support", "wellbeing", "A group, a named adult, a card for lessons", 6, 40, 12, 0,
     ("Caring for somebody at home",)),
)
PLANS = (
    # name, also, form, weeks, review weeks
    ("Pastoral support plan", "PSP", "plain", 16, 2),
    ("Individual education plan", "IEP", "plain", 12, 12),
    ("Individual behaviour plan", "IBP", "plain", 12, 6),
    ("Mentoring plan", "", "plain", 6, 3),
    ("Attendance contract", "parenting contract", "contract", 12, 4),
    ("Risk assessment", "", "risk", 12, 6),
    ("Reduced timetable", "part-time timetable", "timetable", 6, 2),
    ("Early help assessment", "EHA, CAF", "early_help", 12, 6),
)


def add(apps, schema_editor):
    """Add the rows to a school that has none."""

    def model(name):
        return apps.get_model("interventions", name)

    for order, (code, name, trigger, who, weeks, is_legal, steps) in enumerate(STAGES):
        facts = {"name": name, "trigger": trigger, "who": who, "review_weeks": weeks, "is_legal": is_legal}
        stage = model("CaseStage").objects.create(order=order, code=code, **facts)
        for place, (kind, what, days) in enumerate(steps):
            model("StageStep").objects.create(stage=stage, order=place, kind=kind, what=what, within_days=days)
    barriers = {name: model("Barrier").objects.create(name=name) for name in BARRIERS}
    for name, aim, about, sessions, minutes, weeks, grace, against in TYPES:
        facts = {"aim": aim, "about": about, "sessions": sessions, "minutes": minutes, "weeks": weeks}
        kind = model("InterventionType").objects.create(name=name, grace_days=grace, **facts)
        kind.barriers.set(barriers[each] for each in against)
    for order, (name, also, form, weeks, review_weeks) in enumerate(PLANS):
        facts = {"also": also, "form": form, "weeks": weeks, "review_weeks": review_weeks}
        model("PlanKind").objects.create(order=order, name=name, **facts)


class Migration(migrations.Migration):
    """The first rows."""

    dependencies = [("interventions", "0001_cases_interventions_plans_meetings")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
