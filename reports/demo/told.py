"""What colleagues of the demo school tell one another: round robins about students, and concerns to the DSL."""

from datetime import timedelta

from behaviour.models import DslConcern, RobinAnswer, RoundRobin
from behaviour.services.concerns import concern_read, concern_write
from behaviour.services.robins import QUESTIONS, answer_decline, answer_give, robin_ask, robin_close
from behaviour.summaries.robins import teachers_of
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, at, student
from reports.demo.conduct import token, tutor_of
from students.summaries import RollEntry

YEAR = 9
PURPOSES = ("Meeting with the parents on Thursday", "Review of the report card", "Referral to the school nurse")
ANSWERS = (
    ("Contributes well when asked by name.", "Tired most mornings, and lates on Mondays.", "A seat near the front."),
    (
        "Practical work is careful and neat.",
        "Three of the last five pieces missing.",
        "Homework club on Tuesdays.",
    ),
    ("Reads aloud with confidence.", "Talks over others when the room is noisy.", "A quiet word at the door works."),
    ("Nothing stands out: works as the others do.", "No worry at present.", "Nothing more is needed."),
)
CONCERNS = (
    ("Said in form time: “I don’t want to go home this weekend.” Would not say more. I did not ask further.", ""),
    ("Bruise on the upper arm seen in PE; said the dog had jumped up. Mrs Carr saw it too.", "Safeguarding file, 14"),
    ("Has had no lunch three days this week and says there is nothing in the house until Friday.", "Early help file"),
    ("Showed me messages from somebody older whom they have never met; asked me not to tell.", ""),
)


def robins_ask(cast: Cast) -> int:
    """Ask the teachers of one student in every other group of a year: one round is over, the others wait for some."""
    if RoundRobin.objects.exists():
        return 0
    members = [member for member in cast.students if member.year == YEAR] or list(cast.students)
    chosen = list({member.tutor_group_id: member for member in reversed(members)}.values())[::2]
    for n, member in enumerate(chosen):
        _ask(cast, member, n)
    return len(chosen)


def _ask(cast: Cast, member: RollEntry, n: int) -> None:
    who, day = student(member), cast.days_back(4)[0]
    known = {each.user: each.subject for each in teachers_of(who, cast.day).known}
    people = {user: known[user.pk] for user in User.objects.filter(pk__in=known).order_by("surname", "pk")}
    robin = robin_ask(
        student=who,
        purpose=PURPOSES[n % len(PURPOSES)],
        questions=QUESTIONS,
        due_on=cast.ahead(2 + n),
        teachers=people | {tutor_of(cast, member): "Form time"},
        token=token("robin", n),
        by=cast.holder(Role.HEAD_OF_YEAR, member.year),
        now=at(day, 15, 40),
    )
    for place, answer in enumerate(RobinAnswer.objects.filter(robin=robin).exclude(subject="Form time").order_by("pk")):
        now = at(day, 16) + timedelta(hours=17 + place % 5, minutes=7 * place)
        if place % 4 == 3:
            answer_decline(answer=answer, now=now)
        elif place % 5 < 3:
            answer_give(answer=answer, words=ANSWERS[(place + n) % len(ANSWERS)], now=now)
    RobinAnswer.objects.filter(robin=robin).update(mailed_at=at(day, 15, 41))  # nothing leaves the demo
    if n == 0:
        robin_close(robin=robin, now=at(cast.day, 12))


def concerns_write(cast: Cast) -> int:
    """Write concerns to the DSL, one of them about somebody named only; those with a file are read."""
    if DslConcern.objects.exists():
        return 0
    reader = next((held.user for held in cast.assignments if held.role == Role.DSL), None)
    for n, ((words, kept_at), member) in enumerate(zip(CONCERNS, cast.some(len(CONCERNS), start=53), strict=False)):
        day = cast.days_back(len(CONCERNS))[n]
        concern = concern_write(
            student=student(member) if n else None,
            about="" if n else "A boy of Year 7 with a red bag, at the bus stop",
            words=words,
            token=token("concern", n),
            by=tutor_of(cast, member),
            now=at(day, 9, 5 + 11 * n),
        )
        if kept_at and reader:
            concern_read(concern=concern, kept_at=kept_at, by=reader, now=at(day, 13, 20))
    return DslConcern.objects.count()
