"""Tutors' answers about their sheets: on a sheet, as calls that somebody is asked to make, and sheets nobody opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from attendance.figures import Band
from attendance.summaries.reach import Reached, reached
from contacts.models import Contact
from pastoral.core.models import User
from pastoral.core.rights import Right, Role
from reports.models import RagAnswer, RagDocument, RagOpening, RagStudent, WeeklyRagRun
from reports.querysets.reading import RagAnswerQuerySet
from reports.rag.sheet import Line, Section, Sheet
from students.calendar import academic_year_of
from students.models import SchoolDay, StaffAssignment, Student
from students.scopes import scope_of

Answer = RagAnswer.Answer
MINUTE = timedelta(minutes=1)
UNREAD_DAYS = 2  # school days after which a sheet that no tutor opened is told to the year team
ANSWERED = "answered"
SHOWS: Mapping[str, str] = {
    "red": "Red",
    "amber": "Amber",
    "green": "Green",
    "none": "No band",
    ANSWERED: "Answered",
    Answer.CALL: "Please call",
}


def answers_on(user: User, document: RagDocument) -> dict[int, RagAnswer]:
    """Return what was answered in the sheet's week about its students, by student, in one query."""
    held = RagAnswer.objects.visible_to(user).given().filter(document__run__week=document.run.week)
    rows = held.filter(student__in=RagStudent.objects.of(document).order_by().values("student"))
    return {each.student_id: each for each in rows.select_related("by")}


def answers_own(user: User, document: RagDocument) -> bool:
    """Test whether the person answers on the sheet: a tutor of its group, in the year that it is about."""
    is_now = document.run.academic_year == academic_year_of(scope_of(user).on)
    groups = scope_of(user).with_right(Right.ANSWER_RAG).tutor_groups
    return is_now and document.tutor_group_id in groups


def sections_shown(sheet: Sheet, show: str, answers: Mapping[int, RagAnswer]) -> tuple[Section, ...]:
    """Return the sections of the sheet with the students asked for. show: a band, or how they were answered."""

    def holds(line: Line) -> bool:
        if show in set(Band):
            return line.figures.band == show
        answer = answers.get(line.student_id)
        return answer is not None and show in (ANSWERED, answer.answer)

    if show not in SHOWS:
        return sheet.sections
    kept = [(section, tuple(filter(holds, section.lines))) for section in sheet.sections]
    return tuple(Section(section.slug, section.title, lines) for section, lines in kept if lines)


def calls_asked(user: User, today: date) -> RagAnswerQuerySet:
    """Return calls that tutors ask for this academic year and nobody made since, of students on roll in one’s years.

    A student's last answer says whether a call is asked for; a parent or carer reached since ends it, whoever did and
    whatever it was for. An attempt does not: nobody was spoken to.
    """
    later = RagAnswer.objects.given().filter(student=OuterRef("student"), at__gt=OuterRef("at"))
    spoken = (
        Contact.objects.standing(student=OuterRef("student"))
        .with_carers()
        .reached()
        .filter(occurred_at__gt=OuterRef("at") - MINUTE)  # forms tell when to the minute
    )
    return RagAnswer.objects.filter(
        ~Exists(later),
        ~Exists(spoken),
        answer=Answer.CALL,
        document__run__academic_year=academic_year_of(today),
        student__in=Student.objects.with_right(user, Right.SEE_YEAR_RAG).on_roll(today),
    )


@dataclass(frozen=True)
class CallAsked:
    """One call that a tutor asks for. tries: attempts since; last: when the last one was."""

    answer: RagAnswer
    who: Reached
    tries: int
    last: datetime | None

    @property
    def tries_words(self) -> str:
        """How often somebody tried since."""
        if not self.last:
            return "nobody tried yet"
        times = "once" if self.tries == 1 else f"{self.tries} times"
        return f"tried {times}, last {timezone.localtime(self.last):%a %-d %b}"


def calls_listed(user: User, today: date) -> list[CallAsked]:
    """Return the calls asked for, longest ago first, in four queries."""
    asked = list(calls_asked(user, today).select_related("by", "document__run").order_by("at", "pk"))
    students = reached(user, {each.student_id for each in asked})
    tried = Contact.objects.visible_to(user).standing(student__in=list(students)).with_carers()
    since = min((each.at for each in asked), default=timezone.now())
    moments: dict[int, list[datetime]] = {}
    for student, at in tried.filter(occurred_at__gt=since - MINUTE).values_list("student", "occurred_at"):
        moments.setdefault(student, []).append(at)
    return [_call(each, students[each.student_id], moments) for each in asked if each.student_id in students]


def _call(answer: RagAnswer, who: Reached, moments: Mapping[int, list[datetime]]) -> CallAsked:
    since = [at for at in moments.get(answer.student_id, ()) if at > answer.at - MINUTE]
    return CallAsked(answer, who, len(since), max(since, default=None))


def sheets_of_newest() -> QuerySet[RagDocument]:
    """Return the tutor groups' sheets of the newest run that is complete."""
    newest = WeeklyRagRun.objects.exclude(completed_at=None).order_by("-week", "-issue").values("pk")[:1]
    return RagDocument.objects.made().filter(run__in=Subquery(newest), kind=RagDocument.Kind.TUTOR_GROUP)


def sheets_unread(today: date, years: Collection[int] | None) -> QuerySet[RagDocument]:
    """Return the newest sheets that no tutor of theirs opened within two school days; a group without a tutor has none.

    years: only of these; None for all. Days count from the school day after the run was complete. Whoever was a tutor
    of the group and is not any more has opened it for themselves alone.
    """
    last_days = SchoolDay.objects.filter(day__lte=today).order_by("-day").values("day")
    tutors = StaffAssignment.objects.in_force(today).filter(role=Role.FORM_TUTOR, user__is_active=True)
    theirs = tutors.filter(user=OuterRef("user"), tutor_group=OuterRef("document__tutor_group"))
    found = sheets_of_newest().filter(
        ~Exists(RagOpening.objects.filter(Exists(theirs), document=OuterRef("pk"))),
        Exists(tutors.filter(tutor_group=OuterRef("tutor_group"))),
        run__academic_year=academic_year_of(today),
        run__completed_at__date__lt=Subquery(last_days[UNREAD_DAYS - 1 : UNREAD_DAYS]),
    )
    return found if years is None else found.filter(year__in=years)


def sheets_with_answers(today: date) -> QuerySet[RagDocument]:
    """Return the tutor groups' newest sheets, each with what came back of it, in one query.

    Each has `answered` and `calls` (how many students were answered for in its week, and for how many a call is asked),
    `opened` ({"by": key, "at": moment in words} of each opening) and `is_unread`.
    """
    rows = RagAnswer.objects.given().filter(
        document__run__week=OuterRef("run__week"), document__tutor_group=OuterRef("tutor_group")
    )
    openings = RagOpening.objects.filter(document=OuterRef("pk")).order_by("opened_at")
    return (
        sheets_of_newest()
        .select_related("run")
        .annotate(
            answered=_number(rows),
            calls=_number(rows.filter(answer=Answer.CALL)),
            opened=ArraySubquery(openings.values(row=JSONObject(by="user", at="opened_at"))),
            is_unread=Exists(sheets_unread(today, None).filter(pk=OuterRef("pk"))),
        )
    )


def _number(rows: RagAnswerQuerySet) -> Coalesce:
    grouped = rows.order_by().values("document__tutor_group")
    return Coalesce(Subquery(grouped.annotate(n=Count("pk")).values("n")), 0)
