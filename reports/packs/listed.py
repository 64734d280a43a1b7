"""Packs as a list, and one pack as its page shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.words import key_read
from reports.models import Pack, PackHandover, PackProfile
from reports.querysets.packs import PackQuerySet

SHOWS = {"": "All", "given": "Given to somebody", "kept": "Not given yet", "withdrawn": "Withdrawn"}
HEADINGS = (
    "Built",
    "Student",
    "Group",
    "Profile",
    "Asked for by",
    "Why",
    "From",
    "To",
    "Pages",
    "Built by",
    "Given to",
    "SHA-256",
)
HISTORY = (
    kind_of(Pack, {"asked_by": "Asked for by", "asked_because": "Why", "withdrawn_because": "Withdrawn"}),
    kind_of(
        PackHandover,
        {"given_to": "given to", "withdrawn_because": "withdrawn"},
        of="pack_id",
        about=lambda row: "Handed over",
    ),
)


@dataclass(frozen=True)
class Asked:
    """What the address asks of the list."""

    show: str
    profile: int
    student: int
    is_mine: bool

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """Keep what means something."""
        show = words["show"] if words["show"] in SHOWS else ""
        return cls(show, key_read(words["profile"]), key_read(words["student"]), words["mine"] == "1")

    @property
    def is_narrowed(self) -> bool:
        """Test for anything but every pack."""
        return bool(self.show or self.profile or self.student or self.is_mine)


@dataclass(frozen=True)
class PackRow:
    """One pack in a list. who: the student as the person reaches them."""

    pack: Any
    who: Reached | None

    @property
    def name(self) -> str:
        """Surname first."""
        return self.who.name if self.who else self.pack.student.sort_name


def packs_asked(user: User, asked: Asked) -> PackQuerySet:
    """Return the packs that are asked for, of those the person sees, newest first."""
    theirs = PackHandover.objects.filter(pack=OuterRef("pk"), withdrawn_at=None).order_by()
    given = Subquery(theirs.values("pack").annotate(n=Count("pk")).values("n"))
    found = Pack.objects.visible_to(user).select_related("student", "profile", "built_by", "job")
    found = found.defer("snapshot").annotate(given=given)
    found = found.exclude(withdrawn_at=None) if asked.show == "withdrawn" else found.standing()
    if asked.show in ("given", "kept"):
        found = found.filter(Exists(theirs)) if asked.show == "given" else found.filter(~Exists(theirs))
    if asked.profile:
        found = found.filter(profile=asked.profile)
    if asked.student:
        found = found.filter(student=asked.student)
    if asked.is_mine:
        found = found.filter(built_by=user)
    return found.order_by("-built_at", "-pk")


def rows_of(user: User, packs: Iterable[Pack]) -> list[PackRow]:
    """Return the packs as rows; one query beside their own."""
    held = list(packs)
    students = reached(user, {pack.student_id for pack in held})
    return [PackRow(pack, students.get(pack.student_id)) for pack in held]


def table_of(user: User, packs: PackQuerySet, today: date) -> Table:
    """Return the list as a file holds it."""
    rows = rows_of(user, packs.prefetch_related("handovers"))
    cells: Sequence[Sequence[Cell]] = [_cells(row) for row in rows]
    return Table("Packs", ("Packs built", f"As at {today}"), HEADINGS, cells)


def _cells(row: PackRow) -> Sequence[Cell]:
    pack = row.pack
    given = "; ".join(each.given_to for each in pack.handovers.all() if each.withdrawn_at is None)
    about: tuple[Cell, ...] = (timezone.localdate(pack.built_at), row.name, row.who.tutor_group if row.who else "")
    asked: tuple[Cell, ...] = (str(pack.profile), pack.asked_by, pack.asked_because, pack.first, pack.last)
    return (*about, *asked, pack.pages, pack.built_by.formal_name, given, pack.sha256)


def profiles_known() -> list[tuple[int, str]]:
    """Return the profiles by which a list is narrowed."""
    return list(PackProfile.objects.values_list("pk", "name"))


def changes_in(pack: Pack, handovers: Iterable[PackHandover]) -> tuple[Change, ...]:
    """Return who changed what, latest first."""
    return history_of(HISTORY, pack.pk, [pack, *handovers])


def names_shown(user: User, pack: Pack) -> list[tuple[str, Reached | None]]:
    """Return who stands behind each mark, or is named, as far as the person sees those students; two queries."""
    rows = pack.names.order_by("pk").values_list("mark", "student", "is_named")
    held = [("named" if is_named else mark, student) for mark, student, is_named in rows]
    students = reached(user, [student for _mark, student in held])
    return [(mark, students.get(student)) for mark, student in held]
