"""What comes back about a week's sheets: that somebody whose sheet it is opened it, and tutors' answers."""

from datetime import datetime

from django.db import transaction

from pastoral.core.models import User
from pastoral.core.versions import Overtaken
from reports.models import RagAnswer, RagDocument, RagOpening
from students.scopes import scope_of


def opening_note(*, document: RagDocument, by: User, now: datetime) -> None:
    """Note the first time that the sheet was opened by somebody whose own it is: a tutor's group's, a team's year's.

    Who looks at another's sheet opens nothing. Whoever opens it again, or twice at once, leaves the first time.
    """
    scope = scope_of(by)
    is_own = document.tutor_group_id in scope.tutor_groups if document.tutor_group_id else document.year in scope.years
    if is_own and not RagOpening.objects.filter(document=document, user=by).exists():
        RagOpening.objects.bulk_create([RagOpening(document=document, user=by, opened_at=now)], ignore_conflicts=True)


@transaction.atomic
def answer_set(
    *, document: RagDocument, student_id: int, answer: str, note: str | None, seen: str, by: User, now: datetime
) -> RagAnswer:
    """Keep what a tutor says of a student in the sheet's week; "" takes the answer back, and its note with it.

    answer: a value of RagAnswer.Answer. note: None leaves the note as it is. seen: how the answer stood that the tutor
    saw. A week has one answer for a student, whichever issue of it the tutor had open, and the same answer sent twice
    is one. Raises Overtaken where a co-tutor answered otherwise meanwhile.
    """
    held = answer_of(document, student_id, for_update=True)
    if held is None:
        held, _ = RagAnswer.objects.get_or_create(
            document=document, student_id=student_id, defaults={"by": by, "at": now}
        )
    if held.answer == answer and note in (None, held.note):
        return held
    if seen != held.said_as:
        raise Overtaken
    if held.answer != answer:
        held.at = now
    held.answer, held.by = answer, by
    held.note = "" if not answer else held.note if note is None else note
    held.save()
    return held


def answer_of(document: RagDocument, student_id: int, *, for_update: bool = False) -> RagAnswer | None:
    """Return the answer about a student in the sheet's week, from whichever issue of it; None for none yet."""
    held = RagAnswer.objects.filter(document__run__week=document.run.week, student=student_id).order_by("-at")
    return (held.select_for_update() if for_update else held).first()
