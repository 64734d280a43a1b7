"""Letters as they were sent: where each copy is, and which of the marks they rest on have changed since (T7)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from attendance.models import SessionMark
from attendance.summaries.frozen_marks import FrozenMark, Held, MarkSince
from contacts.models import Letter, LetterCopy, LetterMark, Message
from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.templatetags.pastoral import daytime

State = Message.State
ON_ITS_WAY = {State.QUEUED: "e-mail waiting", State.SENDING: "e-mail being sent"}
WENT_WRONG = {State.FAILED: "e-mail failed", State.BOUNCED: "e-mail came back", State.STOPPED: "e-mail stopped"}


@dataclass(frozen=True)
class CopyState:
    """One copy, and where it is. tone: of the chip; "" for a plain one."""

    copy: LetterCopy
    words: str
    tone: str

    @property
    def whom(self) -> str:
        """Return for whom it is."""
        return self.copy.addressee

    @property
    def is_drawn(self) -> bool:
        """Test for one that left or may go: no other is put on paper."""
        return self.copy.sent_at is not None or getattr(self.copy, "is_barred", False) is False


@dataclass(frozen=True)
class LetterRow:
    """A letter in a list. changed: how many of its marks are not what they were, in words."""

    letter: Letter
    tutor_group: str
    copies: tuple[CopyState, ...]
    changed: str


def copy_state(copy: LetterCopy) -> CopyState:
    """Return where the copy is; its message is read with it."""
    message = getattr(copy, "message", None)
    if message and message.state in WENT_WRONG and copy.channel == LetterCopy.Channel.EMAIL:
        return CopyState(copy, WENT_WRONG[message.state], "bad")
    if copy.sent_at:
        how = "e-mailed" if copy.channel == LetterCopy.Channel.EMAIL else "printed"
        return CopyState(copy, f"{how} {daytime(copy.sent_at)}", "good")
    if copy.letter.withdrawn_at:
        return CopyState(copy, "withdrawn, never sent", "")
    if (barred := getattr(copy, "is_barred", False)) is not False:
        why = "barred since" if barred else "no carer of theirs since"
        return CopyState(copy, f"{why}, not {'printed' if copy.channel == LetterCopy.Channel.PRINT else 'sent'}", "")
    if message and message.state in ON_ITS_WAY:
        return CopyState(copy, ON_ITS_WAY[message.state], "")
    return CopyState(copy, "to be e-mailed" if copy.channel == LetterCopy.Channel.EMAIL else "to be printed", "warn")


def changed_since(letters: Collection[int]) -> dict[int, str]:
    """Return of each letter with marks that changed since how many: "2 of 5 marks changed since"; two queries."""
    marks = list(LetterMark.objects.filter(letter__in=list(letters)).select_related("letter"))
    now = _marks_now(marks)
    total = Counter(mark.letter_id for mark in marks)
    changed = Counter(mark.letter_id for mark in marks if _frozen(mark).is_changed(now.get(_place(mark))))
    return {
        letter: f"{n} of {total[letter]} mark{'s' * (total[letter] != 1)} in this letter changed since"
        for letter, n in changed.items()
    }


def marks_since(letter: Letter, *, sees_sensitive: bool) -> list[MarkSince]:
    """Return every mark of the letter, then and now, as the person may see them; two queries."""
    marks = list(letter.marks.select_related("letter"))
    now = _marks_now(marks)
    return [_frozen(mark).since(now.get(_place(mark)), sees_sensitive=sees_sensitive) for mark in marks]


Place = tuple[int, date, str]


def _place(mark: LetterMark) -> Place:
    return mark.letter.student_id, mark.day, mark.session


def _frozen(mark: LetterMark) -> FrozenMark:
    return FrozenMark(mark.day, mark.session, mark.letters, mark.minutes_late)


def _marks_now(marks: Sequence[LetterMark]) -> dict[Place, Held]:
    if not marks:
        return {}
    days = [mark.day for mark in marks]
    rows = SessionMark.objects.filter(
        student__in={mark.letter.student_id for mark in marks}, date__range=(min(days), max(days))
    ).values_list("student", "date", "session", "code", "minutes_late")
    return {(student, day, session): (code, minutes) for student, day, session, code, minutes in rows}


def letter_rows(letters: Sequence[Letter]) -> list[LetterRow]:
    """Return letters for a list; their copies are prefetched, and their tutor groups annotated."""
    changed = changed_since([letter.pk for letter in letters])
    return [
        LetterRow(
            letter,
            getattr(letter, "tutor_group", None) or "",
            tuple(copy_state(copy) for copy in letter.copies.all()),
            changed.get(letter.pk, ""),
        )
        for letter in letters
    ]


HEADINGS = ("Made", "Student", "Letter", "Stage", "To", "How", "State", "Withdrawn")


def letters_table(letters: Sequence[Letter], about: str) -> Table:
    """Return letters as a table to hand out: a line for each copy, and none of their words."""
    return Table(
        title="Letters",
        about=(f"Letters: {about}",),
        headings=HEADINGS,
        rows=[_cells(letter, copy) for letter in letters for copy in letter.copies.all()],
    )


def _cells(letter: Letter, copy: LetterCopy) -> list[Cell]:
    return [
        letter.made_at.date(),
        letter.student.sort_name,
        letter.batch.template.name,
        letter.get_step_display(),
        copy.addressee,
        copy.get_channel_display(),
        copy_state(copy).words,
        letter.withdrawn_at.date() if letter.withdrawn_at else None,
    ]
