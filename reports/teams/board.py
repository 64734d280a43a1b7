"""The tutor-team board: one row for each tutor of a group, each number that of the list behind it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self

from django.db.models import Count, Min, Q
from django.utils import timezone

from attendance.figures import Band
from attendance.summaries.board_history import Punctual, history_of
from attendance.summaries.times_kept import TimesKept
from contacts.models import Contact
from interventions.models import Action
from pastoral.core.models import User
from pastoral.core.rights import Role
from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.templatetags.pastoral import rounded
from reports.models import RagDocument, RagStudent
from reports.rag.answers import sheets_with_answers
from students.calendar import monday_of
from students.models import Enrolment, StaffAssignment
from students.summaries import Window, windows_on

NONE = Punctual("")


@dataclass(frozen=True, slots=True)
class Actions:
    """What is open of one person's actions, as far as the reader may know of them."""

    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class TeamRow:
    """One tutor of one group; a group without a tutor has one row of its own.

    sheet: the newest, None without one. bands: how many students are in each, on it. opened_at: when this tutor first
    opened it. is_unread: nobody opened it within two school days. contacts: made by the tutor this week.
    """

    group_id: int
    group: str
    year: int
    tutor: User | None
    sheet: RagDocument | None
    bands: Mapping[str, int]
    opened_at: datetime | None
    is_unread: bool
    answered: int
    calls: int
    actions: Actions
    contacts: int
    registers: Punctual

    @property
    def tutor_name(self) -> str:
        """Who it is."""
        return self.tutor.formal_name if self.tutor else "No tutor"

    @property
    def students(self) -> int:
        """How many students the sheet is about."""
        return self.sheet.students if self.sheet else 0

    @property
    def opened_words(self) -> str:
        """Whether the tutor opened the sheet."""
        if self.sheet is None or self.tutor is None:
            return ""
        return f"opened {in_words(self.opened_at)}" if self.opened_at else "not opened"

    @property
    def on_time(self) -> Any:
        """Registers on time in a hundred, to one decimal; None when none was due."""
        return rounded(self.registers.percent) if self.registers.due else None


@dataclass(frozen=True)
class TeamBoard:
    """Every tutor of the years asked for. monday: of this week; window: of the registers; week: of the sheets."""

    rows: tuple[TeamRow, ...]
    monday: date
    window: Window
    week: date | None

    @classmethod
    def load(cls, user: User, years: Collection[int] | None, now: datetime) -> Self:
        """Read the board in nine queries, however many tutors there are. years: None for the school."""
        today = timezone.localdate(now)
        monday, window = monday_of(today), windows_on(today)[0]
        places = _places(years, today)
        tutors = _tutors(places, today)
        keys = {tutor.pk for held in tutors.values() for tutor in held}
        sheets: dict[int | None, Any] = {each.tutor_group_id: each for each in sheets_with_answers(today)}
        held = history_of(window.first, window.last, now=now, years=years, times=TimesKept.load())
        facts = _Facts(
            sheets=sheets,
            bands=_bands(sheets.values()),
            actions=_actions(user, keys, today),
            contacts=_contacts(user, keys, monday),
            registers={person.key: person for person in held.people},
        )
        rows = [facts.row(key, *place, tutor) for key, place in places.items() for tutor in tutors.get(key) or (None,)]
        week = next(iter(sheets.values())).run.week if sheets else None
        return cls(tuple(rows), monday, window, week)

    def shown(self, show: str, sort: str) -> list[TeamRow]:
        """Return the rows asked for, in the order asked for. show: "unread" for sheets that nobody opened in time."""
        rows = [row for row in self.rows if show != "unread" or row.is_unread]
        name = sort.removeprefix("-")
        if name not in SORTS:
            return rows
        return sorted(rows, key=SORTS[name], reverse=sort.startswith("-"))

    def table(self, rows: Sequence[TeamRow]) -> Table:
        """Return the rows as a file."""
        about = (
            f"Tutor team, week of {in_words(self.monday)}",
            f"RAG of the week of {in_words(self.week)}" if self.week else "No weekly RAG is made yet",
            f"Registers on time: {self.window.name}; contacts: this week, by when they happened",
        )
        return Table("Tutor team", about, HEADINGS, [_cells(row) for row in rows])


@dataclass(frozen=True)
class _Facts:
    """What rows are put together from: by group, by sheet or by tutor."""

    sheets: Mapping[int | None, Any]
    bands: Mapping[str, Mapping[str, int]]
    actions: Mapping[int, Actions]
    contacts: Mapping[int, int]
    registers: Mapping[int, Punctual]

    def row(self, group_id: int, group: str, year: int, tutor: User | None) -> TeamRow:
        sheet, key = self.sheets.get(group_id), tutor.pk if tutor else 0
        opened = [each["at"] for each in sheet.opened if each["by"] == key] if sheet else []
        return TeamRow(
            group_id=group_id,
            group=group,
            year=year,
            tutor=tutor,
            sheet=sheet,
            bands=self.bands.get(sheet.name, {}) if sheet else {},
            opened_at=datetime.fromisoformat(opened[0]) if opened else None,
            is_unread=sheet is not None and sheet.is_unread,
            answered=sheet.answered if sheet else 0,
            calls=sheet.calls if sheet else 0,
            actions=self.actions.get(key, Actions()),
            contacts=self.contacts.get(key, 0),
            registers=self.registers.get(key, NONE),
        )


def _places(years: Collection[int] | None, today: date) -> dict[int, tuple[str, int]]:
    """Return the tutor groups with students today, each with its name and lowest year, in the order of lists."""
    spells = Enrolment.objects.current(today).exclude(tutor_group=None)
    if years is not None:
        spells = spells.filter(year_group__in=years)
    rows = spells.order_by().values_list("tutor_group", "tutor_group__name").annotate(year=Min("year_group"))
    return {key: (name, year) for key, name, year in sorted(rows, key=lambda row: (row[2], row[1]))}


def tutor_of(key: int, years: Collection[int] | None, today: date) -> User | None:
    """Return the person, if they are tutor today of a group of the years (None for the school)."""
    people = (tutor for held in _tutors(_places(years, today), today).values() for tutor in held)
    return next((tutor for tutor in people if tutor.pk == key), None)


def _tutors(groups: Collection[int], today: date) -> dict[int, list[User]]:
    held = StaffAssignment.objects.in_force(today).filter(
        role=Role.FORM_TUTOR, tutor_group__in=list(groups), user__is_active=True
    )
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for each in held.select_related("user").order_by("user__surname", "user__forename", "pk"):
        found[each.tutor_group_id or 0][each.user_id] = each.user
    return {key: list(people.values()) for key, people in found.items()}


def _bands(sheets: Collection[RagDocument]) -> dict[str, dict[str, int]]:
    """Return how many students of each sheet are in each band, by the sheet's name, in one query."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(map(str, Band), 0))
    if sheets:
        rows = RagStudent.objects.filter(run=next(iter(sheets)).run_id).order_by()
        for name, band, number in rows.values_list("tutor_group", "band").annotate(n=Count("pk")):
            found[name][band] = number
    return dict(found)


def _actions(user: User, owners: Collection[int], today: date) -> dict[int, Actions]:
    rows = Action.objects.visible_to(user).open().filter(owner__in=list(owners)).order_by()
    late = Count("pk", filter=Q(due_on__lt=today), distinct=True)
    counted = rows.values("owner").annotate(n=Count("pk", distinct=True), late=late)
    return {row["owner"]: Actions(row["n"], row["late"]) for row in counted}


def _contacts(user: User, people: Collection[int], monday: date) -> dict[int, int]:
    begins = timezone.make_aware(datetime.combine(monday, time.min))
    rows = Contact.objects.visible_to(user).standing(made_by__in=list(people), occurred_at__gte=begins).order_by()
    return {row["made_by"]: row["n"] for row in rows.values("made_by").annotate(n=Count("pk", distinct=True))}


SORTS: Mapping[str, Callable[[TeamRow], Any]] = {
    "group": lambda row: (row.year, row.group, row.tutor_name),
    "tutor": lambda row: (row.tutor.surname, row.tutor.forename) if row.tutor else ("", ""),
    "red": lambda row: row.bands.get("red", 0),
    "opened": lambda row: (row.opened_at is not None, row.opened_at or datetime.min),
    "answers": lambda row: row.answered / row.students if row.students else 0,
    "overdue": lambda row: (row.actions.overdue, row.actions.open),
    "contacts": lambda row: row.contacts,
    "registers": lambda row: row.registers.percent if row.registers.due else 101.0,
}
HEADINGS = (
    "Year", "Group", "Tutor", "Students", "Red", "Amber", "Green", "No band", "Sheet opened", "Unread after two days",
    "Answers", "Please call", "Actions open", "Actions overdue", "Contacts this week", "Registers due", "On time",
    "On time %",
)  # fmt: skip


def _cells(row: TeamRow) -> list[Cell]:
    opened = timezone.localdate(row.opened_at) if row.opened_at else None
    return [
        row.year, row.group, row.tutor_name, row.students, *(row.bands.get(band, 0) for band in map(str, Band)),
        opened, "unread" if row.is_unread else "", row.answered, row.calls, row.actions.open, row.actions.overdue,
        row.contacts, row.registers.due, row.registers.on_time, row.on_time,
    ]  # fmt: skip
