"""Early help as one person may read it: the lists, what is due, and one whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from attendance.summaries.reach import Reached, reached
from contacts.models import EarlyHelp, EarlyHelpAction, EarlyHelpReview, FamilyMember
from contacts.querysets import EarlyHelpQuerySet
from contacts.summaries.asked import Asked
from contacts.summaries.carers import carers_of
from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from students.families import siblings_of
from students.models import Student

SHOWS = {
    "": "Running",
    "reviews": "Reviews due",
    "actions": "Actions due",
    "none": "None begun",
    "closed": "Closed",
}
HISTORY = (
    kind_of(
        EarlyHelp,
        {
            "opened_on": "Opened on",
            "consent_by_id": "Consent by",
            "consent_on": "Given on",
            "declined_because": "Why there is none",
            "level": "Level of need",
            "needs": "Needs",
            "strengths": "Strengths",
            "wishes": "Wishes",
            "lead_id": "Lead",
            "lead_worker_id": "Lead of an agency",
            "reference": "Reference",
            "closed_on": "Closed on",
            "ending": "How it ended",
            "outcome": "What came of it",
            "withdrawn_because": "Withdrawn",
        },
    ),
    kind_of(
        EarlyHelpAction,
        {
            "what": "action",
            "owner_id": "who",
            "owner_name": "who else",
            "due_on": "by",
            "done_on": "done",
            "done_note": "how it went",
        },
        of="early_help_id",
        about=lambda row: row["what"],
    ),
    kind_of(
        EarlyHelpReview,
        {"due_on": "due", "held_on": "held", "present": "who was there", "notes": "notes", "decision": "decision"},
        of="early_help_id",
        about=lambda row: f"Meeting of {in_words(date.fromisoformat(str(row['due_on'])))}",
    ),
    kind_of(FamilyMember, {"part": "part"}, of="early_help_id", about=lambda row: "Somebody of the family"),
)


@dataclass(frozen=True)
class HelpRow:
    """One in the list. due: the next meeting; late: days since it was to be; open, overdue: actions not done."""

    row: EarlyHelp
    who: Reached
    lead: str
    due: date | None
    late: int
    open: int
    overdue: int


@dataclass(frozen=True)
class Due:
    """An action or a meeting that is due. late: days since; 0 today."""

    row: EarlyHelpAction | EarlyHelpReview
    who: Reached
    whose: str
    late: int


def actions_due(user: User, on: date, *, is_mine: bool = False) -> QuerySet[EarlyHelpAction]:
    """Return what is to be done by the day for early help that is running."""
    running = EarlyHelp.objects.visible_to(user).running()
    due = EarlyHelpAction.objects.filter(early_help__in=running, done_on=None, due_on__lte=on)
    return due.filter(owner=user) if is_mine else due


def reviews_due(user: User, on: date, *, is_mine: bool = False) -> QuerySet[EarlyHelpReview]:
    """Return the meetings that were to be held by the day, of early help that is running; is_mine: that one leads."""
    running = EarlyHelp.objects.visible_to(user).running()
    due = EarlyHelpReview.objects.filter(early_help__in=running, held_on=None, due_on__lte=on)
    return due.filter(early_help__lead=user) if is_mine else due


def helps_asked(user: User, asked: Asked, on: date) -> QuerySet[EarlyHelp]:
    """Return what is asked for, for `help_rows`: the next meeting first, what is closed latest first."""
    found = EarlyHelp.objects.visible_to(user)
    found = {"none": _none, "closed": _closed}.get(asked.show, _running)(found)
    if asked.is_mine:
        found = found.filter(lead=user)
    found = found.in_year(user, asked.year, on)
    meets = EarlyHelpReview.objects.filter(early_help=OuterRef("pk"), held_on=None).order_by("due_on").values("due_on")
    order: list[Any] = [] if asked.show else [Subquery(meets[:1]).asc(nulls_last=True)]
    return found.order_by(*order, "-opened_on", "-pk")


def help_rows(user: User, held: QuerySet[EarlyHelp], on: date) -> list[HelpRow]:
    """Return the rows, in four queries; whose agencies somebody sees, they reach."""
    helps = list(held.select_related("lead", "lead_worker__agency").prefetch_related("actions", "reviews"))
    students = reached(user, {each.student_id for each in helps})
    return [_row(each, students[each.student_id], on) for each in helps if each.student_id in students]


def _running(found: EarlyHelpQuerySet) -> EarlyHelpQuerySet:
    return found.running()


def _none(found: EarlyHelpQuerySet) -> EarlyHelpQuerySet:
    return found.standing().exclude(declined_because="")


def _closed(found: EarlyHelpQuerySet) -> EarlyHelpQuerySet:
    return found.standing(declined_because="").exclude(closed_on=None)


def _row(row: EarlyHelp, who: Reached, on: date) -> HelpRow:
    is_on = row.closed_on is None and not row.declined_because
    meetings = [each.due_on for each in row.reviews.all() if each.held_on is None] if is_on else []
    todo = [each.due_on for each in row.actions.all() if each.done_on is None] if is_on else []
    due = min(meetings, default=None)
    late = max((on - due).days, 0) if due else 0
    return HelpRow(row, who, lead_of(row), due, late, len(todo), sum(each < on for each in todo))


def lead_of(row: EarlyHelp) -> str:
    """Return who leads it, in words."""
    if row.lead:
        return row.lead.formal_name
    return f"{row.lead_worker}, {row.lead_worker.agency}" if row.lead_worker else ""


def dues_asked(user: User, asked: Asked, on: date) -> QuerySet[Any]:
    """Return the actions or meetings due that are asked for, for `due_rows`, the longest overdue first."""
    due: QuerySet[Any] = (actions_due if asked.show == "actions" else reviews_due)(user, on, is_mine=asked.is_mine)
    if asked.year:
        due = due.filter(early_help__in=EarlyHelp.objects.visible_to(user).in_year(user, asked.year, on))
    return due.order_by("due_on", "pk")


def due_rows(user: User, due: QuerySet[Any], on: date) -> list[Due]:
    """Return the rows, in two queries."""
    own = ("owner",) if due.model is EarlyHelpAction else ()
    held = list(due.select_related(*own, "early_help__lead", "early_help__lead_worker__agency"))
    students = reached(user, {each.early_help.student_id for each in held})
    return [
        Due(each, students[each.early_help.student_id], _whose(each), (on - each.due_on).days)
        for each in held
        if each.early_help.student_id in students
    ]


def _whose(each: EarlyHelpAction | EarlyHelpReview) -> str:
    if isinstance(each, EarlyHelpReview):
        return lead_of(each.early_help)
    return each.owner.formal_name if each.owner else each.owner_name


@dataclass(frozen=True)
class Relative:
    """Somebody of the family. name: as the person may read it; a sibling whom they do not see has none."""

    key: int
    name: str
    part: str
    student_id: int | None


@dataclass(frozen=True)
class HelpRecord:
    """One whole."""

    shown: HelpRow
    family: tuple[Relative, ...]
    actions: tuple[tuple[EarlyHelpAction, bool], ...]
    reviews: tuple[tuple[EarlyHelpReview, bool], ...]
    changes: tuple[Change, ...]
    may_keep: bool

    @property
    def is_running(self) -> bool:
        """Test for one that goes on."""
        row = self.shown.row
        return row.closed_on is None and not row.declined_because and row.withdrawn_at is None

    @property
    def steps_up(self) -> bool:
        """Test whether the last meeting decided to step up: then children's services are asked."""
        held = [review for review, _is_late in self.reviews if review.held_on]
        return self.is_running and bool(held) and held[-1].decision == EarlyHelpReview.Decision.STEP_UP


def help_record(user: User, row: EarlyHelp, on: date) -> HelpRecord | None:
    """Return it whole; None where the person does not reach the student. In six queries."""
    family = list(row.family.select_related("parent_carer", "sibling").order_by("pk"))
    siblings = {each.sibling_id for each in family if each.sibling_id}
    students = reached(user, {row.student_id, *siblings})
    if row.student_id not in students:
        return None
    who = students[row.student_id]
    actions, reviews = list(row.actions.select_related("owner")), list(row.reviews.all())
    return HelpRecord(
        shown=_row(row, who, on),
        family=tuple(_relative(each, students) for each in family),
        actions=tuple((each, each.done_on is None and each.due_on < on) for each in actions),
        reviews=tuple((each, each.held_on is None and each.due_on < on) for each in reviews),
        changes=history_of(HISTORY, row.pk, [row, *actions, *reviews, *family]),
        may_keep=Right.KEEP_AGENCIES in who.rights and row.withdrawn_at is None,
    )


def _relative(each: FamilyMember, students: Mapping[int, Reached]) -> Relative:
    if each.sibling_id is None:
        return Relative(each.pk, each.name or str(each.parent_carer), each.part, None)
    seen = students.get(each.sibling_id)
    if seen is None:
        return Relative(each.pk, "A brother or sister at this school", each.part, None)
    return Relative(each.pk, f"{seen.name} ({seen.tutor_group})", each.part, each.sibling_id)


def kin_of(user: User, student: Student, on: date) -> list[tuple[str, str]]:
    """Return whom of the family a form offers: carers whom no court bars, and siblings whom the person sees."""
    carers: Sequence[Any] = carers_of([student.pk])[student.pk]
    people = [
        (f"c{each.parent_carer_id}", f"{each.name}, {each.relationship.lower()}")
        for each in carers
        if not each.is_barred
    ]
    seen: Any = siblings_of(student).visible_to(user).on_roll(on).with_tutor_group(on)
    return people + [(f"s{each.pk}", f"{each.sort_name} ({each.tutor_group})") for each in seen]
