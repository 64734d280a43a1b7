"""What other records say about a case's student, as one person may have it: contacts, letters, files.

Nothing that its reader may not read is among them (T14): what cannot be read is left out, and never counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

from django.utils import timezone

from attendance.summaries.reach import Reached
from contacts.models import Channel, Contact, Letter, LetterCopy, LetterTemplate, Party, Result
from contacts.reading import Reader
from contacts.summaries.contact_record import Shown, shown_of, with_people
from contacts.summaries.letters import LetterRow, letter_rows
from interventions.models import Attachment, PACase
from interventions.summaries.files import files_of
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day

LOOKS_BACK = timedelta(days=365)
MOST = 200
LATEST = 8
STEPS = (LetterTemplate.Kind.ATTENDANCE_1, LetterTemplate.Kind.ATTENDANCE_2, LetterTemplate.Kind.ATTENDANCE_3)


@dataclass(frozen=True)
class Records:
    """The contacts of the year before the case opened and since, letters about attendance, and files; latest first."""

    contacts: tuple[Shown, ...]
    letters: tuple[LetterRow, ...]
    files: tuple[Attachment, ...]
    copies: tuple[LetterCopy, ...]
    since: date

    @classmethod
    def load(cls, user: User, case: PACase, who: Reached, today: date) -> Self:
        """Read them in six queries."""
        since = case.opened_on - LOOKS_BACK
        held = Contact.objects.visible_to(user).standing(student=case.student_id, occurred_at__date__gte=since)
        rows = list(with_people(held).order_by("-occurred_at", "-pk")[:MOST])
        found = Letter.objects.visible_to(user).standing(student=case.student_id, step__in=STEPS).shown(today)
        letters = list(found.order_by("-made_at", "-pk"))
        reader = Reader.of(user, [*rows, *letters], students={who.student_id: who})
        letters = [letter for letter in letters if reader.may_read(letter)]
        return cls(
            contacts=tuple(each for each in shown_of(rows, reader) if each.words is not None),
            letters=tuple(letter_rows(letters)),
            files=files_of(user, case.student_id, who),
            copies=tuple(copy for letter in letters for copy in letter.copies.all() if copy.sent_at),
            since=since,
        )

    @property
    def latest(self) -> tuple[Shown, ...]:
        """The last few contacts."""
        return self.contacts[:LATEST]

    @property
    def tries(self) -> tuple[int, int]:
        """How many contacts with the family were tried, and how many reached somebody."""
        home = [each for each in self.contacts if each.row.party == Party.CARER]
        return len(home), sum(each.row.result == Result.REACHED for each in home)

    def first_with(self, channel: Channel) -> Shown | None:
        """Return the last contact of that channel."""
        return next((each for each in self.contacts if each.row.channel == channel), None)

    @property
    def met_home(self) -> Shown | None:
        """Return the last meeting with a parent or carer that came about."""
        met = (each for each in self.contacts if each.row.channel == Channel.MEETING and each.row.party == Party.CARER)
        return next((each for each in met if each.row.result == Result.REACHED), None)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Return what may show that an action was done, in groups, as a form offers it."""
        groups = (
            ("Contacts", [(f"c{each.row.pk}", contact_words(each)) for each in self.contacts]),
            ("Letters sent", [(f"l{copy.pk}", copy_words(copy)) for copy in self.copies]),
            ("Files", [(f"f{file.pk}", file_words(file)) for file in self.files]),
        )
        return [group for group in groups if group[1]]

    @property
    def told_choices(self) -> list[tuple[str, Any]]:
        """Return what may show that a family was told: contacts and letters."""
        return [group for group in self.choices if group[0] != "Files"]


def contact_words(shown: Shown) -> str:
    """Return a contact in a line: "Home visit, Fri 13 Nov: reached, Mrs Okafor"."""
    row = shown.row
    how = f"{row.get_channel_display()}, {day(timezone.localdate(row.occurred_at))}"
    return f"{how}: {row.get_result_display().lower()}, {shown.who}"


def copy_words(copy: LetterCopy) -> str:
    """Return a letter's copy in a line."""
    sent = f", sent {day(timezone.localdate(copy.sent_at))}" if copy.sent_at else ""
    return f"{copy.letter.get_step_display()}{sent}, to {copy.addressee}"


def file_words(file: Attachment) -> str:
    """Return a file in a line."""
    return f"{file.get_kind_display()}, {day(file.dated_on)}: {file.title}"


COLUMNS = {"c": "evidence_contact_id", "l": "evidence_copy_id", "f": "evidence_file_id"}


def evidence_of(choice: str) -> dict[str, int]:
    """Return the column and the key that a choice of `Records.choices` stands for; nothing for none."""
    return {COLUMNS[choice[0]]: int(choice[1:])} if choice else {}


def is_offered(choices: Sequence[tuple[str, Any]], choice: str) -> bool:
    """Test whether a choice is among those offered."""
    return any(choice == key for _group, held in choices for key, _words in held)
