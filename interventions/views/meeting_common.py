"""What the pages about meetings share: the one asked for, whom its people may be, and the reading noted."""

from collections.abc import Iterable

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from contacts.summaries.carers import carer_links, carers_by_student
from interventions.forms.actions import colleagues
from interventions.forms.meetings import carer_choices
from interventions.models import Meeting
from interventions.summaries.meetings import MeetingRecord, meeting_record, with_parts, workers_there
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.staff_names import names_apart
from pastoral.core.together import read_together
from students.models import Student
from students.querysets import StudentQuerySet
from students.scopes import years_offered

Groups = list[tuple[str, list[tuple[str, str]]]]


def held_record(request: StaffRequest, pk: int) -> MeetingRecord:
    """Return a meeting as the person may read it; 404 for one of which they may not know."""
    meeting = get_object_or_404(with_parts(Meeting.objects.visible_to(request.user)), pk=pk)
    return meeting_record(request.user, meeting, timezone.localdate())


def kept_record(request: StaffRequest, pk: int) -> MeetingRecord:
    """Return a meeting that the person keeps; 404 for any other."""
    record = held_record(request, pk)
    if not record.sight.keeps:
        raise Http404("not a meeting that this person keeps")
    return record


def choosable(user: User, also: Iterable[int] = ()) -> StudentQuerySet:
    """Return whom the person may talk of in a meeting: theirs on roll, and those who left but are in it already."""
    today, students = timezone.localdate(), Student.objects.with_right(user, Right.KEEP_MEETINGS)
    here = students.on_roll(today) | students.filter(pk__in=list(also))
    return here.with_tutor_group(today)


def years_kept(user: User) -> list[int]:
    """Return the years whose meetings the person keeps."""
    return years_offered(user, Right.KEEP_MEETINGS)


def person_groups(record: MeetingRecord) -> Groups:
    """Return who can be asked beside those who are: colleagues, families that are not barred, workers, students."""
    names = {part.row.student_id: part.who.name for part in record.parts}
    people, links, workers = read_together(colleagues(), carer_links(list(names)), workers_there())
    carers = carers_by_student(links)
    groups: Groups = [
        ("Colleagues", [(f"u{key}", name) for key, name in names_apart(people).items()]),
        ("Parents and carers", carer_choices((name, carers.get(key, ())) for key, name in names.items())),
        ("Agencies", [(f"w{each.pk}", f"{each.name}, {each.agency}") for each in workers]),
        ("Students", [(f"s{key}", name) for key, name in names.items()]),
    ]
    asked = {_choice(guest) for guest in record.people}
    return [(name, [row for row in rows if row[0] not in asked]) for name, rows in groups]


def _choice(guest: object) -> str:
    row = getattr(guest, "row", None)
    columns = (("u", "staff_id"), ("c", "parent_carer_id"), ("w", "worker_id"), ("s", "student_id"))
    return next((f"{letter}{key}" for letter, name in columns if (key := getattr(row, name, None))), "")


def noted(request: StaffRequest, record: MeetingRecord, kind: AccessRecord.Kind = AccessRecord.Kind.PAGE) -> None:
    """Note that somebody read of each student whose part they saw, and why they may."""
    reasons = {f"student:{part.row.student_id}": part.who.reason for part in record.parts}
    if reasons:
        access_notes(user=request.user, kind=kind, reasons=reasons, path=request.get_full_path())
