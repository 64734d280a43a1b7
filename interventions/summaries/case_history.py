"""Who changed what in an attendance case and its parts, as its page tells it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from contacts.summaries.history import history_of, kind_of
from interventions.models import Action, CaseBarrier, CaseFinding, MedicalRequest, PACase, PupilView
from pastoral.core.changes import Change, Kind

CASE_TOLD = {
    "reason": "Why it was opened",
    "summary": "Where it stands",
    "owner_id": "Owner",
    "target_permille": "Target",
    "target_on": "Target by",
    "review_on": "Look at it again on",
    "is_restricted": "For few",
    "outcome": "Outcome",
    "outcome_note": "What came of it",
    "closed_on": "Closed on",
    "withdrawn_because": "Withdrawn",
}
ACTION_TOLD = {
    "what": "what",
    "owner_id": "who",
    "party_name": "who else",
    "due_on": "by",
    "done_on": "done",
    "done_note": "note",
    "not_needed_because": "not needed",
    "withdrawn_because": "withdrawn",
}


_HIDDEN = "\ue000"


def _kinds(names: Mapping[int, str], actions: Collection[int]) -> tuple[Kind, ...]:
    return (
        kind_of(PACase, CASE_TOLD),
        kind_of(Action, ACTION_TOLD, of="case_id", about=lambda row: row["what"] if row["id"] in actions else _HIDDEN),
        kind_of(
            CaseBarrier,
            {"note": "how it shows", "eased_on": "eased"},
            of="case_id",
            about=lambda row: f"Barrier {names.get(row['barrier_id'], '')}",
        ),
        kind_of(
            PupilView,
            {"words": "words", "how": "how", "told_on": "told on", "withdrawn_because": "withdrawn"},
            of="case_id",
            about=lambda row: "Student’s view",
        ),
        kind_of(
            MedicalRequest,
            {
                "about": "about",
                "authorised_until": "authorised until",
                "answer": "what came",
                "answered_on": "answered on",
                "answer_note": "what it says",
                "withdrawn_because": "withdrawn",
            },
            of="case_id",
            about=lambda row: f"Medical evidence asked for on {row['asked_on']}",
        ),
        kind_of(
            CaseFinding,
            {"words": "words", "applies": "applies", "withdrawn_because": "withdrawn"},
            of="case_id",
            about=lambda row: "Evidence",
        ),
    )


def case_changes(case: PACase, rows: Sequence[Any]) -> tuple[Change, ...]:
    """Return what was changed in a case and its parts. rows: the parts, of the actions all that the reader may read."""
    names = {each.barrier_id: each.barrier.name for each in rows if isinstance(each, CaseBarrier)}
    actions = {each.pk for each in rows if isinstance(each, Action)}
    found = history_of(_kinds(names, actions), case.pk, [case, *rows])
    return tuple(change for change in found if change.about != _HIDDEN)
