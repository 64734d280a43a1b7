"""Everybody's actions as one person sees them: what is late, what each is about, and whose words may be read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import NoReverseMatch, reverse

from attendance.summaries.reach import Reached, reached
from interventions.models import Action, Intervention, Meeting, PACase, Plan
from interventions.querysets import ActionQuerySet
from interventions.reading import RESTRICTED
from pastoral.core.duties import Duty, duties_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as day_words

SHOWS = {
    "": "To do",
    "due": "Due",
    "overdue": "Overdue",
    "set": "Set by me",
    "students": "About my students",
    "done": "Done",
}
WITH_DUTIES = ("", "due", "overdue")
STILL_SHOWN = timedelta(days=90)
SEEING = frozenset({Right.SEE_INTERVENTIONS, Right.SEE_PLANS, Right.SEE_MEETINGS})
SETTING = frozenset({Right.KEEP_INTERVENTIONS, Right.KEEP_PA_CASES, Right.KEEP_MEETINGS})
KEEPING = frozenset({Right.KEEP_INTERVENTIONS, Right.KEEP_MEETINGS, Right.KEEP_PA_CASES, Right.KEEP_PLANS})


@dataclass(frozen=True)
class About:
    """What an action is about: its words, and the page of it that the person may open; "" for none."""

    words: str
    url: str


@dataclass(frozen=True)
class ActionRow:
    """One action. words: "" where they are not the person's to read; who: the student, if the person reaches them.

    late: days since it was due, below 0 while there is time; 0 once it is settled. since: in closed minutes, what it
    was changed to after them.
    """

    row: Action
    words: str
    who: Reached | None
    name: str
    abouts: tuple[About, ...]
    late: int
    is_mine: bool
    since: str = ""

    @property
    def is_open(self) -> bool:
        """Test for one that is still to be done."""
        return self.row.done_on is None

    @property
    def state_words(self) -> str:
        """Return how it stands, as lists that are handed out say it."""
        if self.row.not_needed_because:
            return "not needed"
        if self.row.done_on:
            return f"done {self.row.done_on:%d %b %Y}"
        return f"{self.late} days overdue" if self.late > 0 else "open"


@dataclass(frozen=True)
class Item:
    """One line of the list: an action, or something to do that another page keeps."""

    due_on: date
    action: ActionRow | None = None
    duty: Duty | None = None
    late: int = 0


def with_all(actions: ActionQuerySet) -> ActionQuerySet:
    """Return the actions with everything that their rows say."""
    return actions.select_related(
        "owner", "set_by", "done_by", "student", "case", "plan__kind", "intervention__type", "meeting", "carried_from"
    )


def actions_asked(user: User, show: str, on: date) -> ActionQuerySet:
    """Return the actions that one part of the list shows, in its order."""
    actions = Action.objects.all()
    if show == "set":
        return actions.open().filter(set_by=user).exclude(owner=user).order_by("due_on", "pk")
    if show == "students":
        return actions.visible_to(user).open().exclude(owner=user).exclude(student=None).order_by("due_on", "pk")
    if show == "done":
        settled = actions.of_standing().filter(Q(owner=user) | Q(done_by=user), done_on__gt=on - STILL_SHOWN)
        return settled.order_by("-done_on", "-pk")
    mine = actions.open().filter(owner=user)
    if show == "due":
        mine = mine.filter(due_on__lte=on)
    elif show == "overdue":
        mine = mine.filter(due_on__lt=on)
    return mine.order_by("due_on", "pk")


def actions_about(user: User, who: Reached, on: date) -> list[ActionRow]:
    """Return what is open about one student, as far as the person may know of it; three queries."""
    found = Action.objects.visible_to(user).open().filter(student=who.student_id).order_by("due_on", "pk")
    return actions_shown(user, with_all(found), on, students={who.student_id: who})


def overdue_of(user: User, on: date) -> ActionQuerySet:
    """Return the person's own actions that are overdue."""
    return Action.objects.open().filter(owner=user, due_on__lt=on)


def items_asked(user: User, show: str, on: date, *, is_alone: bool = False) -> list[Item]:
    """Return the lines of one part of the list, soonest first, in four queries.

    is_alone: only the actions, and nothing that another page keeps.
    """
    rows = actions_shown(user, with_all(actions_asked(user, show, on)), on)
    if show == "students":
        rows = [each for each in rows if each.who]
    items = [Item(each.row.due_on, action=each, late=max(each.late, 0)) for each in rows]
    if show in WITH_DUTIES and not is_alone:
        last = {"due": on, "overdue": on - timedelta(days=1)}.get(show, date.max)
        duties = [each for each in duties_of(user, on) if each.due_on <= last]
        items += [Item(each.due_on, duty=each, late=each.late(on)) for each in duties]
        items.sort(key=lambda item: item.due_on)
    return items


def actions_shown(
    user: User, actions: Iterable[Action], on: date, *, students: Mapping[int, Reached] | None = None
) -> list[ActionRow]:
    """Return the actions as the person may read them, in the order given; three queries.

    students: those that the person reaches, where they were read already.
    """
    held = list(actions)
    if students is None:
        students = reached(user, {each.student_id for each in held if each.student_id})
    opens = Opens.of(user, held)
    return [_shown(user, each, students.get(each.student_id or 0), opens, on) for each in held]


@dataclass(frozen=True)
class Opens:
    """Which of the records that actions are about the person may know of, and which actions' words they may read."""

    known: Mapping[str, frozenset[int]]
    read: frozenset[int]

    @classmethod
    def of(cls, user: User, actions: Sequence[Action]) -> Self:
        """Read both in one query."""
        found: dict[str, set[int]] = defaultdict(set)
        if actions:
            read = Action.objects.filter(pk__in=[each.pk for each in actions]).read_by(user)
            for name, key in _keys(read, "read", "pk").union(*_known(user, actions), all=True):
                found[name].add(key)
        names = ("case", "plan", "intervention", "meeting")
        return cls({name: frozenset(found[name]) for name in names}, frozenset(found["read"]))


def _known(user: User, actions: Sequence[Action]) -> list[QuerySet[Any, Any]]:
    records: dict[str, Any] = {"case": PACase, "plan": Plan, "intervention": Intervention, "meeting": Meeting}
    found = []
    for name, model in records.items():
        if keys := {key for each in actions if (key := getattr(each, f"{name}_id"))}:
            rows = model.objects.visible_to(user).standing(pk__in=keys)
            found.append(_keys(rows, name, "pk"))
    return found


def _keys(rows: QuerySet[Any], name: str, key: str) -> QuerySet[Any, Any]:
    named: QuerySet[Any, Any] = rows.order_by().annotate(
        opens_name=Value(name, output_field=CharField()), opens_key=Cast(F(key), BigIntegerField())
    )
    return named.values_list("opens_name", "opens_key")


def _shown(user: User, action: Action, who: Reached | None, opens: Opens, on: date) -> ActionRow:
    is_mine = user.pk in (action.owner_id, action.set_by_id)
    reaches = who is not None or action.student_id is None
    reads = is_mine or (reaches and action.pk in opens.read)
    late = (on - action.due_on).days if action.done_on is None else 0
    name = action.student.sort_name if action.student and (is_mine or who) else ""
    abouts = tuple(_about(each, record, opens, reads=reads) for each, record in _records(action))
    return ActionRow(action, action.what if reads else "", who, name, abouts, late, is_mine)


def _records(action: Action) -> list[tuple[str, Any]]:
    named = [(name, getattr(action, name)) for name in ("case", "plan", "intervention", "meeting")]
    return [(name, record) for name, record in named if record is not None]


def _about(name: str, record: Any, opens: Opens, *, reads: bool) -> About:
    is_hidden = record.is_restricted and not reads
    url = page_of(name, record.pk) if record.pk in opens.known[name] else ""
    return About(f"{RESTRICTED} {name}" if is_hidden else _called(name, record), url)


def _called(name: str, record: Any) -> str:
    if name == "case":
        return "Attendance case"
    if name == "meeting":
        return f"{record.get_purpose_display()}, {day_words(record.held_on)}"
    return str(record.kind if name == "plan" else record.type)


def page_of(name: str, key: int) -> str:
    """Return the address of a record's page; "" while the application has no such page."""
    try:
        return reverse(f"interventions:{name}_detail", args=[key])
    except NoReverseMatch:
        return ""


def may_settle(user: User, shown: ActionRow) -> bool:
    """Test whether the person may tick it off, hand it on or drop it: its own two, and who keeps the student's."""
    return shown.is_mine or bool(shown.words and shown.who and shown.who.rights & KEEPING)


def table_of(items: Iterable[Item], show: str, on: date) -> Table:
    """Return the lines as a file; the words of a restricted record are for no file."""
    headings = ("To do", "About", "Student", "Group", "Whose", "Due", "State")
    rows = [_cells(item) for item in items]
    return Table("Actions", (f"{SHOWS[show]}, {on:%d %B %Y}",), headings, rows)


def _cells(item: Item) -> tuple[str | date, ...]:
    if item.duty:
        state = f"{item.late} days overdue" if item.late else "open"
        return item.duty.what, item.duty.kind, item.duty.about, "", "", item.due_on, state
    each = item.action
    if each is None:
        return ()
    group = each.who.tutor_group if each.who else ""
    about = ", ".join(one.words for one in each.abouts)
    is_for_few = any(record.is_restricted for _name, record in _records(each.row))
    words, name = (RESTRICTED, "") if is_for_few else (each.words, each.name)
    return words, about, name, group, each.row.owner.formal_name, item.due_on, each.state_words
