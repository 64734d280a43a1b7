"""Files kept as evidence, as one person may read them."""

from attendance.summaries.reach import Reached
from interventions.models import Attachment
from interventions.reading import may_read
from pastoral.core.models import User


def files_of(user: User, student: int, who: Reached) -> tuple[Attachment, ...]:
    """Return the files about the student that the person may read, latest first."""
    held = Attachment.objects.visible_to(user).standing(student=student)
    rows = held.select_related("added_by", "case", "plan", "meeting")
    return tuple(each for each in rows if is_file_read(user, each, who))


def is_file_read(user: User, file: Attachment, who: Reached) -> bool:
    """Test whether the person may read a file: its own restriction, and that of what it is kept with."""
    held = [(file.is_restricted, file.added_by_id)]
    for kept_with in (file.case, file.plan):
        if kept_with:
            held.append((kept_with.is_restricted, kept_with.owner_id))
    if file.meeting:
        held.append((file.meeting.is_restricted, file.meeting.convener_id))
    return all(
        may_read(user, is_restricted=is_restricted, own=[owner, file.added_by_id], rights=who.rights)
        for is_restricted, owner in held
    )
