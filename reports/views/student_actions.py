"""What may be done about a student from their page: only what the person's rights over that very student permit."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from attendance.summaries.notices import SEEING
from interventions.summaries.actions import SETTING
from pastoral.core.rights import Right
from reports.summaries.record import StudentRecord
from students.summaries import SchoolCalendar

REGISTERS = frozenset({Right.TAKE_REGISTER, Right.CHASE_REGISTERS})


@dataclass(frozen=True)
class Action:
    """One way on, to a form or page in which the student is chosen already."""

    words: str
    url: str
    icon: str


@dataclass(frozen=True)
class About:
    """The student, and the moment. marks_day: the last day that the page has marks up to."""

    record: StudentRecord
    calendar: SchoolCalendar
    marks_day: date
    now: datetime

    @property
    def day(self) -> date:
        """The day at the school."""
        return timezone.localdate(self.now)

    @property
    def session(self) -> str:
        """The session that the moment belongs to: the afternoon from its register on, the morning before."""
        return "PM" if timezone.localtime(self.now).time() >= self.record.afternoon_from else "AM"

    @property
    def is_here(self) -> bool:
        """Test for a student who is on roll."""
        student = self.record.student
        return student.admitted_on <= self.day and (student.left_on is None or student.left_on >= self.day)

    @property
    def is_school_day(self) -> bool:
        """Test for a day on which the student is due at school."""
        return self.is_here and self.calendar.is_school_day(self.day)


def actions_for(about: About, rights: Collection[Right]) -> list[Action]:
    """Return what the person may do, in the order of how often it is done."""
    held = frozenset(rights)
    pk = about.record.student.pk
    found = [*_marks(about, held)]
    if Right.LOG_CONTACTS in held:
        found.append(Action("Log a contact", f"{reverse('contacts:contact_add')}?student={pk}", "phone"))
        found.append(Action("Family", reverse("contacts:family", args=[pk]), "users"))
    if about.is_here and Right.PLAN_MARKS in held:
        found.append(Action("Plan an absence", f"{reverse('attendance:planned_add')}?student={pk}", "calendar"))
        found.append(Action("Leave request", f"{reverse('attendance:leave_ask')}?student={pk}", "circle-check"))
    if about.is_here and Right.SET_DETENTIONS in held:
        found.append(Action("Detention", f"{reverse('behaviour:detention_add')}?student={pk}", "clock"))
    if about.is_here and Right.KEEP_SUSPENSIONS in held:
        found.append(Action("Suspension", f"{reverse('behaviour:suspension_add')}?student={pk}", "flag"))
    if about.is_here and Right.KEEP_INCLUSION in held:
        found.append(Action("Inclusion room", reverse("behaviour:inclusion_sign_in", args=[pk]), "book"))
    if about.is_here and Right.KEEP_REPORT_CARDS in held:
        found.append(Action("Report card", f"{reverse('behaviour:card_add')}?student={pk}", "table"))
    if about.is_here and Right.KEEP_INTERVENTIONS in held:
        url = f"{reverse('interventions:intervention_add')}?student={pk}"
        found.append(Action("Intervention", url, "circle-check"))
    if about.is_here and Right.ASK_TEACHERS in held:
        found.append(Action("Ask the teachers", f"{reverse('behaviour:robin_add')}?student={pk}", "mail"))
    if about.is_here and Right.KEEP_PLANS in held:
        found.append(Action("Plan", f"{reverse('interventions:plan_add')}?student={pk}", "list"))
    if Right.SEE_CONTACTS in held:
        found.append(Action("Letters", f"{reverse('contacts:letter_list')}?student={pk}", "mail"))
    if held & SEEING:
        found.append(Action("Penalty-notice case", reverse("attendance:notice_detail", args=[pk]), "flag"))
    if Right.KEEP_PA_CASES in held:
        found.append(Action("Attendance case", f"{reverse('interventions:case_add')}?student={pk}", "flag"))
    if held & SETTING:
        found.append(Action("Set an action", f"{reverse('interventions:action_add')}?student={pk}", "circle-check"))
    if about.is_here and Right.KEEP_MEETINGS in held:
        found.append(Action("Meeting", f"{reverse('interventions:meeting_add')}?student={pk}", "users"))
    if Right.DECIDE_PROPOSALS in held:
        found.append(Action("Proposals", f"{reverse('attendance:proposal_list')}?student={pk}", "flag"))
    found.append(Action("Chronology", reverse("reports:chronology", args=[pk]), "list"))
    found.append(Action("Papers", reverse("reports:student_papers", args=[pk]), "file"))
    if Right.BUILD_PACKS in held:
        found.append(Action("Build a pack", f"{reverse('reports:pack_add')}?student={pk}", "file"))
    if about.is_here:
        found.append(Action("Where now", reverse("reports:student_where", args=[pk]), "search"))
    return found


def _marks(about: About, rights: frozenset[Right]) -> Iterator[Action]:
    """Return the ways to the mark and the register of now; without school today, to the last day with marks."""
    corrects, registers = Right.CORRECT_MARKS in rights, bool(rights & REGISTERS)
    if not (corrects or registers):
        return
    session = about.session if about.is_school_day else "AM"
    day = about.day if about.is_school_day else about.marks_day
    student, spell = about.record.student, about.record.spell
    if corrects:
        url = reverse("attendance:mark_detail", args=[student.pk, day, session])
        back = reverse("reports:student_detail", args=[student.pk])
        yield Action("Correct a mark", f"{url}?back={back}", "check")
    if registers and spell and about.is_school_day:
        url = reverse("attendance:register_detail", args=[spell.tutor_group_id, day, session])
        yield Action(f"Register {spell.tutor_group}", url, "list")
