"""Choosing students for a form, by typing names: as fast as typing with script, and complete without.

The page sends `student` for each one chosen, `role-<key>` where the form asks for roles, and `who`, words typed and not
yet chosen. Words that fit one student choose that student; words that fit several ask which.
"""

from dataclasses import dataclass, field
from typing import Self

from django.http import QueryDict

from pastoral.core.words import keys_read
from students.models import Student
from students.querysets import StudentQuerySet

MOST_CHOSEN = 60
MOST_MATCHES = 9
LONGEST = 60


@dataclass(frozen=True)
class Role:
    """One part that a chosen student can have in the matter."""

    key: str
    label: str


@dataclass
class Picking:
    """Who is chosen so far. matches: whom the words may mean; fault: what has to be done before it can be saved.

    takes_one: whoever is chosen next takes the place of the one before.
    """

    chosen: list[Student]
    words: str = ""
    matches: list[Student] = field(default_factory=list)
    roles: tuple[Role, ...] = ()
    role_of: dict[int, str] = field(default_factory=dict)
    fault: str = ""
    wants_focus: bool = True
    takes_one: bool = False

    @classmethod
    def of(
        cls, data: QueryDict, among: StudentQuerySet, *, roles: tuple[Role, ...] = (), takes_one: bool = False
    ) -> Self:
        """Read what the page sent; whoever is not among those who may be chosen is not chosen.

        `drop` takes one away again. Several that an address names stay, even where one is wanted: the page asks which.
        In one query, and one more where words were typed.
        """
        keys = keys_read(data.getlist("student"))
        dropped = set(keys_read(data.getlist("drop")))
        held = among.in_bulk([key for key in keys if key not in dropped][:MOST_CHOSEN])
        picking = cls([held[key] for key in keys if key in held], roles=roles, takes_one=takes_one)
        if takes_one and "who" in data and not dropped and data.get("do", "pick") == "pick":
            picking.chosen = picking.chosen[-1:]
        picking._look_for(data.get("who", "").replace("\0", "").strip()[:LONGEST], among)
        known = {role.key for role in roles}
        for student in picking.chosen:
            role = data.get(f"role-{student.pk}", "")
            picking.role_of[student.pk] = role if role in known else next((each.key for each in roles), "")
        return picking

    @property
    def rows(self) -> list[tuple[Student, str]]:
        """Return the students chosen, with the role of each."""
        return [(student, self.role_of.get(student.pk, "")) for student in self.chosen]

    def is_settled(self, *, least: int = 1) -> bool:
        """Test whether it can be saved as it is; if not, `fault` says what to do."""
        if not self.fault and len(self.chosen) < least:
            self.fault = "Choose a student." if least == 1 else f"Choose at least {least} students."
        return not self.fault

    def _look_for(self, words: str, among: StudentQuerySet) -> None:
        if not words:
            return
        held = {student.pk for student in self.chosen}
        found = [student for student in among.found_by(words)[: MOST_MATCHES + len(held)] if student.pk not in held]
        if len(found) == 1:
            self.chosen = found if self.takes_one else [*self.chosen, *found]
            return
        self.words, self.matches = words, found[:MOST_MATCHES]
        self.fault = (
            f"Which of them is “{words}”? Choose one below."
            if found
            else f"Nobody among your students is called “{words}”. Try part of the surname, or the admission number."
        )
