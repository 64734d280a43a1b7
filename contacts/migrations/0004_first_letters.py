"""The letters that a school can send on its first day, and the rules that say whom they are for; all its to change."""

from django.db import migrations

LATE = """Dear {{ carer.name }},

I am writing about {{ student.forename }}’s punctuality. Between {{ period.first }} and {{ period.last }}, {{ student.forename }} arrived late {{ late.times }}. Together that is {{ late.time }} of learning lost.

{{ late.list }}

Registration and the first lesson set up the day. A student who comes in late misses the teacher’s explanation, and often needs help to catch up.

Please make sure that {{ student.forename }} leaves home in time to arrive before the bell. If something makes mornings difficult, such as transport, a change at home or a worry about school, please tell us. We would like to help.

Thank you for your support.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

UNIFORM = """Dear {{ carer.name }},

{{ student.forename }} has come to school without the correct uniform {{ uniform.times }} between {{ period.first }} and {{ period.last }}:

{{ uniform.dates }}

Our uniform is there so that everyone feels that they belong, and so that nobody is judged by their clothes. Please check with {{ student.forename }} this week what is missing.

If cost is the difficulty, please ring the school office. We hold good second-hand uniform, and we can help in confidence.

Thank you for your support.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

EQUIPMENT = """Dear {{ carer.name }},

{{ student.forename }} has come to school without the equipment for the day {{ equipment.times }} between {{ period.first }} and {{ period.last }}:

{{ equipment.dates }}

Every student needs a bag, a pen, a pencil, a ruler and the books for the day. Without them, learning time is lost at the start of each lesson.

Please look through {{ student.forename }}’s bag together this evening. If anything is hard to get, please tell us and we will find a way.

Thank you for your support.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

PRAISE = """Dear {{ carer.name }},

It is a pleasure to write to you with good news. Between {{ period.first }} and {{ period.last }}, {{ student.forename }} earned {{ praise.points }} achievement points:

{{ praise.list }}

Staff noticed, and we are proud. Please tell {{ student.forename }} how pleased we are, and celebrate it at home as well.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

STAGE_1 = """Dear {{ carer.name }},

I am writing because {{ student.forename }} has missed {{ attendance.days_missed }} of school between {{ period.first }} and {{ period.last }}. Attendance over these weeks was {{ attendance.percent }}.

{{ attendance.list }}

We know that children are ill from time to time, and we thank you for telling us when that happens. Even so, days missed add up quickly, and they are hard to make good.

Please ring us on the morning of any absence, and arrange appointments outside school hours where you can. If anything makes it hard for {{ student.forename }} to come to school, please talk to us now, while it is easily put right.

We will look at {{ student.forename }}’s attendance again in four weeks.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

STAGE_2 = """Dear {{ carer.name }},

I am concerned about {{ student.forename }}’s attendance. Between {{ period.first }} and {{ period.last }} it was {{ attendance.percent }}, and {{ student.forename }} missed {{ attendance.days_missed }} of school.

{{ attendance.list }}

I would like to meet you, and {{ student.forename }}, to find out what is getting in the way and to agree what the school and the family will each do about it. Please ring the school within five school days to arrange a time that suits you. You are welcome to bring somebody with you.

If an illness lasts, or comes back, please tell us what the doctor or the school nurse has advised. There may be more that we can do.

Attendance below 90 % is called persistent absence. We would like to help {{ student.forename }} before it comes to that.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

STAGE_3 = """Dear {{ carer.name }},

I am writing formally about {{ student.full_name }}, {{ student.tutor_group }}. Between {{ period.first }} and {{ period.last }}, attendance was {{ attendance.percent }}: {{ attendance.missed }} of {{ attendance.possible }} sessions were missed. A session is half a school day. Of the sessions missed, {{ attendance.authorised }} were authorised by the school and {{ attendance.unauthorised }} were not.

{{ attendance.list }}

Please come to an attendance meeting. We will ring you to agree a time. At the meeting we will look together at what lies behind the absence. We will offer support, which may include early help from other services, and write down what the school and the family will each do.

By law, parents must make sure that a child of compulsory school age is educated full time (Education Act 1996, section 7). Where a child is registered at a school, parents must make sure of regular attendance there (section 444). The school decides which absences it can authorise.

Where 10 or more sessions are missed without the school’s leave within 10 school weeks, the school must consider whether a penalty notice is right. Support comes first wherever it is appropriate. Absence that the school has authorised, such as absence for illness, does not count towards it.

This letter is not a penalty notice, nor a warning of one. Its purpose is to put things right with you.

If you think that any of the marks above is wrong, please tell us, and we will look into it.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

ACKNOWLEDGEMENT = """Dear {{ carer.name }},

Thank you for getting in touch with us on {{ enquiry.received }}. Your message has arrived, and {{ enquiry.owner }} is looking into it.

We will be in touch again as soon as we can tell you more. If it becomes urgent, please ring the school office.

Yours sincerely,

{{ sender.name }}
{{ sender.job }}
"""

TEMPLATES = (
    ("attendance_1", "Attendance, stage 1: first concern", "{{ student.forename }}’s attendance", STAGE_1),
    ("attendance_2", "Attendance, stage 2: invitation to meet", "{{ student.forename }}’s attendance: please meet us", STAGE_2),
    ("attendance_3", "Attendance, stage 3: formal letter", "Attendance of {{ student.full_name }}: formal letter", STAGE_3),
    ("minutes_late", "Minutes late", "{{ student.forename }}’s punctuality", LATE),
    ("uniform", "Uniform", "{{ student.forename }}’s uniform", UNIFORM),
    ("equipment", "Equipment", "{{ student.forename }}’s equipment", EQUIPMENT),
    ("praise", "Praise", "Good news about {{ student.forename }}", PRAISE),
    ("acknowledgement", "Acknowledgement", "Your message to {{ school.name }}", ACKNOWLEDGEMENT),
)

# Source: domain.md 4.4 and 4.5; the stages' triggers are usual ones, for each school to change.
RULES = (
    ("attendance_1", "Attendance under 95 % in ten weeks", "missed_permille", 51, 10, 3, 28),
    ("attendance_2", "Attendance under 93 % in ten weeks", "missed_permille", 71, 10, 3, 28),
    ("attendance_3", "Persistent absence in ten weeks", "missed_permille", 100, 10, 3, 28),
    ("minutes_late", "Late three times this half term", "late", 3, None, 0, 28),
    ("uniform", "Uniform three times this half term", "uniform", 3, None, 0, 14),
    ("equipment", "Equipment three times this half term", "equipment", 3, None, 0, 14),
    ("praise", "Twenty achievement points this half term", "achievements", 20, None, 0, 28),
)


def lay(apps, schema_editor):
    template, rule = apps.get_model("contacts", "LetterTemplate"), apps.get_model("contacts", "LetterRule")
    made = {
        kind: template.objects.create(kind=kind, name=name, subject=subject, body=body)
        for kind, name, subject, body in TEMPLATES
    }
    for kind, title, measure, at_least, weeks, grace_days, quiet_days in RULES:
        rule.objects.create(
            template=made[kind],
            title=title,
            measure=measure,
            at_least=at_least,
            weeks=weeks,
            grace_days=grace_days,
            quiet_days=quiet_days,
        )


class Migration(migrations.Migration):
    dependencies = [("contacts", "0003_steps_of_first_day_calling")]

    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
