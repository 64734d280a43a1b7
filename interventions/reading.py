"""Who may read what a restricted record says. That it exists is `visible_to`; its words are for few.

One rule for cases, interventions, plans, screens, meetings and files: its own people read it, and whoever reads
restricted text about the student. What the DSL keeps is never among them: no record here takes it in.
"""

from collections.abc import Iterable

from pastoral.core.models import User
from pastoral.core.rights import Right

RESTRICTED = "Restricted"


def may_read(user: User, *, is_restricted: bool, own: Iterable[int | None], rights: frozenset[Right]) -> bool:
    """Test whether the person may read the words of a record.

    own: keys of those whose record it is: owner, who delivers it, whom it was shared with, who was at the meeting.
    rights: the person's over the record's student.
    """
    return not is_restricted or user.pk in set(own) or Right.SEE_RESTRICTED in rights
