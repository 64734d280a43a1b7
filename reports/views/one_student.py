"""What every page and paper about one student begins with: the record, the rights over that student, the log."""

from collections.abc import Mapping

from django.http import Http404
from django.utils import timezone

from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from reports.summaries.record import StudentRecord, record_of
from students.models import Student
from students.scopes import scope_of


def record_for(user: User, pk: int) -> StudentRecord:
    """Return the student's record: 404 unless visible to the person; in one query."""
    record = record_of(Student.objects.visible_to(user), pk, timezone.localdate())
    if record is None:
        raise Http404("no such student among those this person may see")
    return record


def rights_over(user: User, record: StudentRecord) -> frozenset[Right]:
    """Return the rights over this student: those of the roles that reach them, not of any other role held."""
    return scope_of(user).rights_on(*_place(record), has_sen=record.has_sen)


def reading_logged(
    request: StaffRequest,
    record: StudentRecord,
    kind: AccessRecord.Kind = AccessRecord.Kind.PAGE,
    *,
    also: Mapping[str, str] | None = None,
) -> None:
    """Note the reading with the reason why the person may. also: other subjects that it tells of, with the reasons."""
    reason = scope_of(request.user).reason(*_place(record), has_sen=record.has_sen)
    subjects = {f"student:{record.student.pk}": reason, **(also or {})}
    access_notes(user=request.user, kind=kind, reasons=subjects, path=request.get_full_path())


def _place(record: StudentRecord) -> tuple[int | None, int | None]:
    spell = record.spell
    return (spell.year, spell.tutor_group_id) if spell else (None, None)
