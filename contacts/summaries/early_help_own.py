"""Actions of early help as their owner has them: the action's own words, whoever may open the rest."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from attendance.summaries.reach import reached
from contacts.models import EarlyHelp, EarlyHelpAction
from pastoral.core.models import User

STILL_SHOWN = timedelta(days=28)
MOST = 100


@dataclass(frozen=True)
class OwnAction:
    """One action that the person took on. late: days since it was due; opens: they may read the early help itself."""

    row: EarlyHelpAction
    name: str
    tutor_group: str
    late: int
    opens: bool


def given_to(user: User) -> QuerySet[EarlyHelpAction]:
    """Return the actions that the person took on, whether or not they may open the early help.

    An owner reads what they own (T14): these words were given to them, and nothing else of it was.
    """
    return EarlyHelpAction.objects.filter(owner=user).select_related("early_help__student")


def own_actions(user: User) -> QuerySet[EarlyHelpAction]:
    """Return those of early help that stands."""
    return given_to(user).filter(early_help__withdrawn_at=None)


def own_due(user: User, on: date) -> QuerySet[EarlyHelpAction]:
    """Return those to be done by the day, of early help that is running."""
    return own_actions(user).filter(early_help__closed_on=None, done_on=None, due_on__lte=on).select_related(None)


def own_shown(user: User, on: date) -> tuple[list[OwnAction], list[OwnAction]]:
    """Return what is still to be done, soonest first, and what was done lately, latest first; in four queries."""
    todo = own_actions(user).filter(early_help__closed_on=None, done_on=None).order_by("due_on", "pk")[:MOST]
    done = own_actions(user).filter(done_on__gt=on - STILL_SHOWN).order_by("-done_on", "-pk")[:MOST]
    rows = [list(todo), list(done)]
    both = [row for part in rows for row in part]
    students: Any = reached(user, {row.early_help.student_id for row in both})
    visible = EarlyHelp.objects.visible_to(user).filter(pk__in={row.early_help_id for row in both})
    opens = set(visible.values_list("pk", flat=True))
    shown = [[_shown(row, students, opens, on) for row in part] for part in rows]
    return shown[0], shown[1]


def _shown(row: EarlyHelpAction, students: Any, opens: set[int], on: date) -> OwnAction:
    student = row.early_help.student
    who = students.get(student.pk)
    late = (on - row.due_on).days
    return OwnAction(row, student.sort_name, who.tutor_group if who else "", late, row.early_help_id in opens)
