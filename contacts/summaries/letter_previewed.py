"""What a batch of letters would be: what is asked for, every copy in full, and who is left out and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from contacts.models import LetterCopy, LetterRule, LetterTemplate
from contacts.summaries.carers import Carer
from contacts.summaries.letter_figures import Figure, Figures, Span
from pastoral.core.models import User
from pastoral.core.versions import version_of
from students.summaries import RollEntry

WORDS = ("kind", "subject", "body")  # of a template
RULE = ("measure", "at_least", "weeks", "grace_days", "quiet_days")


@dataclass(frozen=True)
class Asked:
    """What is asked for: a template with a rule, or with students picked by hand. reach: "home" or "all"."""

    template: LetterTemplate
    rule: LetterRule | None
    picked: tuple[int, ...]
    by: User
    today: date
    reach: str = "home"
    year: int | None = None
    group: str = ""


@dataclass(frozen=True)
class CopyPreview:
    """One person's copy as it would be, and whether it is ticked at first. no_email: why their address is not used."""

    carer: Carer
    channel: str
    subject: str
    body: str
    is_ticked: bool
    no_email: str = ""

    @property
    def key(self) -> str:
        """Return what the form sends for it."""
        return f"{self.carer.student_id}-{self.carer.parent_carer_id}"

    @property
    def channel_words(self) -> str:
        """Return how it would go."""
        if self.channel == LetterCopy.Channel.EMAIL:
            return f"e-mail to {self.carer.email}"
        return f"print: {self.no_email}" if self.no_email else "print"

    @property
    def is_unaddressed(self) -> bool:
        """Test for one that has no postal address, were it printed."""
        return not self.carer.address


@dataclass(frozen=True)
class LetterPreview:
    """One student's letter as it would be. facts: what its fields become; lately: when they had it before, if so."""

    who: RollEntry
    figure: Figure
    figures: Figures
    facts: Mapping[str, str]
    copies: tuple[CopyPreview, ...]
    barred: tuple[Carer, ...]
    lately: str = ""

    def unticked(self, lately: str) -> "LetterPreview":
        """Return it with nobody ticked, for the reason given; as it is for none."""
        copies = tuple(replace(copy, is_ticked=False) for copy in self.copies) if lately else self.copies
        return replace(self, copies=copies, lately=lately)

    def ticked_as(self, keys: Collection[str]) -> "LetterPreview":
        """Return it with these copies ticked and no others."""
        return replace(self, copies=tuple(replace(copy, is_ticked=copy.key in keys) for copy in self.copies))

    @property
    def is_ticked(self) -> bool:
        """Test for a letter that would be made unless somebody says otherwise."""
        return any(copy.is_ticked for copy in self.copies)


@dataclass(frozen=True)
class LeftOut:
    """A student who gets no letter, and why."""

    who: RollEntry
    figure: Figure
    why: str


@dataclass(frozen=True)
class Preview:
    """The whole batch before it is made. groups: the tutor groups that it can be narrowed to."""

    asked: Asked
    span: Span | None
    letters: tuple[LetterPreview, ...] = ()
    left_out: tuple[LeftOut, ...] = field(default_factory=tuple)
    groups: tuple[str, ...] = ()

    @property
    def students(self) -> list[int]:
        """Return the key of each student of whom the preview tells."""
        return [letter.who.student_id for letter in self.letters] + [left.who.student_id for left in self.left_out]

    @property
    def version(self) -> str:
        """Return what tells the words of its template, and its rule, from any others."""
        rule = self.asked.rule
        return version_of(self.asked.template, WORDS, *([getattr(rule, name) for name in RULE] if rule else ()))

    def ticked_as(self, keys: Collection[str]) -> "Preview":
        """Return it with the copies ticked that somebody has ticked before, by their keys."""
        return replace(self, letters=tuple(letter.ticked_as(keys) for letter in self.letters))

    @cached_property
    def ticked(self) -> int:
        """Return how many letters would be made."""
        return sum(letter.is_ticked for letter in self.letters)

    @cached_property
    def by_email(self) -> int:
        """Return how many copies would go by e-mail."""
        copies = [copy for letter in self.letters for copy in letter.copies if copy.is_ticked]
        return sum(copy.channel == LetterCopy.Channel.EMAIL for copy in copies)

    @cached_property
    def unaddressed(self) -> int:
        """Return how many of the ticked copies have no postal address, were all printed."""
        return sum(copy.is_ticked and copy.is_unaddressed for letter in self.letters for copy in letter.copies)

    @cached_property
    def by_print(self) -> int:
        """Return how many copies would be printed."""
        return sum(copy.is_ticked for letter in self.letters for copy in letter.copies) - self.by_email
