"""Files kept as evidence, as one person may read them."""

from collections.abc import Iterable, Mapping
from typing import Any

from attendance.summaries.reach import Reached
from interventions.models import Attachment, Meeting
from interventions.reading import may_read
from pastoral.core.models import User
from pastoral.core.rights import Right


def with_all(files: Any) -> Any:
    """Return the files with what they are kept with, and who was at a meeting: all that reading them takes."""
    return files.select_related("added_by", "case", "plan", "meeting").prefetch_related("meeting__people")


def files_of(user: User, student: int, who: Reached) -> tuple[Attachment, ...]:
    """Return the files about the student that the person may read, latest first."""
    held = with_all(Attachment.objects.visible_to(user).standing(student=student))
    return tuple(each for each in held if is_file_read(user, each, who))


def files_with(students: Iterable[int], **kept_with: object) -> Any:
    """Return the files about the students kept with one plan or meeting, latest first, for `files_read`."""
    return with_all(Attachment.objects.standing(student__in=list(students), **kept_with))


def files_read(user: User, files: Iterable[Attachment], students: Mapping[int, Reached]) -> dict[int, list[Attachment]]:
    """Return those of the files that the person may read, by student."""
    found: dict[int, list[Attachment]] = {}
    for each in files:
        if is_file_read(user, each, students[each.student_id]):
            found.setdefault(each.student_id, []).append(each)
    return found


def is_file_read(user: User, file: Attachment, who: Reached) -> bool:
    """Test whether the person may read a file: its own restriction, and that of what it is kept with.

    A plan that is shared with somebody opens the plan to them, not the files that are kept with it.
    """
    return all(
        (right is None or right in who.rights or user.pk in own)
        and may_read(user, is_restricted=is_restricted, own=[*own, file.added_by_id], rights=who.rights)
        for right, is_restricted, own in _kept_with(user, file)
    )


def keeping_right(file: Attachment) -> Right:
    """Return the right, over the student, of who may withdraw the file: that to write to what it is kept with."""
    if file.plan_id:
        return Right.KEEP_PLANS
    return Right.KEEP_MEETINGS if file.meeting_id else Right.KEEP_PA_CASES


def _kept_with(user: User, file: Attachment) -> Iterable[tuple[Right | None, bool, list[int]]]:
    """Yield what must be read to read the file: by which right, whether it is for few, and whose it is."""
    yield None, file.is_restricted, [file.added_by_id]
    if file.case:
        yield Right.SEE_PA_CASES, file.case.is_restricted, [file.case.owner_id]
    if file.plan:
        yield Right.SEE_PLANS, file.plan.is_restricted, [file.plan.owner_id]
    if file.meeting:
        yield Right.SEE_MEETINGS, file.meeting.is_restricted, _insiders(user, file.meeting)


def _insiders(user: User, meeting: Meeting) -> list[int]:
    """Return who called the meeting, and the person themselves where they were at it."""
    was_there = any(each.staff_id == user.pk and each.came is not False for each in meeting.people.all())
    return [meeting.convener_id, *([user.pk] if was_there else [])]
