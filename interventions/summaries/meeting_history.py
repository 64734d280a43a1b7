"""What a meeting said before, and who changed it."""

from collections.abc import Mapping
from typing import Any

from contacts.summaries.history import history_of, kind_of
from interventions.models import Meeting, MeetingStudent
from interventions.summaries.meetings import MeetingRecord
from pastoral.core.changes import Change

_MEETING = {
    "title": "title",
    "purpose": "what it is for",
    "held_on": "day",
    "place": "where",
    "notes": "notes",
    "next_on": "next meeting",
    "is_restricted": "for few",
    "closed_at": "minutes closed",
}
_SAID = {"notes": "what was said", "decision": "decision"}


def meeting_changes(record: MeetingRecord) -> tuple[Change, ...]:
    """Return who changed what, latest first, for who reads the whole of the meeting; nothing for anybody else."""
    if not record.sight.whole or record.hidden:
        return ()
    names = {part.row.student_id: part.who.name for part in record.parts}

    def about(row: Mapping[str, Any]) -> str:
        return names.get(row["student_id"], "")

    kinds = [kind_of(Meeting, _MEETING), kind_of(MeetingStudent, _SAID, of="meeting_id", about=about)]
    return history_of(kinds, record.meeting.pk, [record.meeting, *(part.row for part in record.parts)])
