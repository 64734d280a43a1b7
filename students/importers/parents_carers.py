"""Parents and carers: one person however many children, linked to each child."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of_line

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import text, whole_number, yes_no
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.importer import Change, Importer, Tally
from pastoral.core.imports.refusal import Refusal
from students.importers.lookups import ADNO, StudentLookup
from students.models import ParentCarer, ParentCarerLink, Student

PERSON_COLUMNS = {
    "title": "Title",
    "forename": "Forename",
    "surname": "Surname",
    "telephone": "Telephone",
    "mobile": "Mobile",
    "email": "Email",
    "address": "Address",
}
LINK_COLUMNS = {
    "priority": "Priority",
    "relationship": "Relationship",
    "has_parental_responsibility": "Parental Responsibility",
    "has_court_order": "Court Order",
    "lives_with": "Lives With",
}

STANDS_TWICE = """
    SELECT line, 'This student has a parent or carer of the same priority on line ' || first || ' already' AS reason
      FROM (SELECT line, min(line) OVER (PARTITION BY student_id, priority) AS first FROM import_lines) l
     WHERE line > first
"""


@dataclass
class Line:
    """One staged line, with the adult that it turns out to speak of."""

    line: int
    student_id: int
    priority: int
    title: str
    forename: str
    surname: str
    relationship: str
    has_parental_responsibility: bool
    has_court_order: bool
    lives_with: bool
    telephone: str
    mobile: str
    email: str
    address: str
    person: ParentCarer = field_of_line(init=False)

    @property
    def name(self) -> tuple[str, str]:
        """What the adult is called, whatever the letter case."""
        return _name(self)


def _name(who: Line | ParentCarer) -> tuple[str, str]:
    return who.forename.casefold(), who.surname.casefold()


def _ways(who: Line | ParentCarer) -> Iterable[tuple[str, str, str, str]]:
    """Return name with each way to reach the adult: two records that share one mean the same person."""
    digits = {kind: "".join(filter(str.isdigit, getattr(who, kind))) for kind in ("mobile", "telephone")}
    for kind, value in (("email", who.email.casefold()), *digits.items()):
        if value:
            yield (*_name(who), kind, value)


def _priority(raw: str) -> int:
    number = whole_number(raw)
    if number is None or not 1 <= number <= 99:
        raise Refusal(f'The priority is a whole number from 1, not "{raw.strip()}"')
    return number


class ParentCarerImporter(Importer):
    """One adult's link to one student a line. The file replaces the links of the students that stand in it."""

    name = "parents_carers"
    title = "Parents and carers"
    noun = "a parent or carer"
    after = ("students",)
    tables = ("students_parentcarer", "students_parentcarerlink")
    columns = (
        ADNO,
        Column("Priority", ("Contact Priority", "Order")),
        optional("Title"),
        optional("Forename", "First Name"),
        Column("Surname", ("Last Name",)),
        Column("Relationship"),
        optional("Parental Responsibility"),
        optional("Court Order"),
        optional("Lives With"),
        optional("Telephone", "Home Telephone", "Phone"),
        optional("Mobile", "Mobile Telephone"),
        optional("Email", "E-mail", "Home Email"),
        optional("Address"),
    )

    def fields(self) -> Sequence[Field]:
        """Return student, adult and what the one is to the other, in the order of `Line`."""
        return (
            field("Adno", "student_id bigint", StudentLookup().required),
            field("Priority", "priority smallint", _priority),
            field("Title", "title text", text(20, name="The title")),
            field("Forename", "forename text", text(100, name="The forename")),
            field("Surname", "surname text", text(100, is_required=True, name="The surname")),
            field("Relationship", "relationship text", text(40, is_required=True, name="The relationship")),
            field("Parental Responsibility", "has_parental_responsibility boolean", yes_no),
            field("Court Order", "has_court_order boolean", yes_no),
            field("Lives With", "lives_with boolean", yes_no),
            field("Telephone", "telephone text", text(30, name="The telephone number")),
            field("Mobile", "mobile text", text(30, name="The mobile number")),
            field("Email", "email text", text(254, name="The e-mail address")),
            field("Address", "address text", text(1_000, name="The address")),
        )

    def check(self, batch: Batch) -> Tally:
        """Refuse a priority that stands twice, find out who is who, then compare with what is held."""
        batch.refuse_where("Priority", STANDS_TWICE)
        self.lines = [Line(*row) for row in batch.lines()]
        self._load()
        self._match(batch)
        self._fold(batch)
        self.gone = self._links_gone(batch)
        verdicts = [self._verdict(batch, line) for line in self.lines]
        return Tally(new=verdicts.count("new"), changed=verdicts.count("changed"), same=verdicts.count("same"))

    def _load(self) -> None:
        self.links: dict[int, list[ParentCarerLink]] = defaultdict(list)
        self.known: dict[tuple[str, ...], ParentCarer] = {}
        for person in ParentCarer.objects.order_by("pk"):
            for way in _ways(person):
                self.known.setdefault(way, person)
        students = {line.student_id for line in self.lines}
        for link in ParentCarerLink.objects.filter(student__in=students).select_related("parent_carer"):
            self.links[link.student_id].append(link)
        # One object for each person, whichever way it was come by.
        self.people = {person.pk: person for person in self.known.values()}
        for links in self.links.values():
            for link in links:
                link.parent_carer = self.people.setdefault(link.parent_carer_id, link.parent_carer)

    def _match(self, batch: Batch) -> None:
        """Give each line its person: the student's own contact of that name, else a name with a shared way to reach."""
        taken: set[tuple[int, int]] = set()
        refused = []
        for line in self.lines:
            line.person = self._own_contact(line) or self._by_ways(line) or self._made(line)
            for way in _ways(line):
                self.known.setdefault(way, line.person)
            if (line.student_id, id(line.person)) in taken:
                refused.append(line)
            taken.add((line.student_id, id(line.person)))
        if refused:
            reason = "The same person stands with this student on an earlier line already"
            batch.refuse_lines([line.line for line in refused], "Surname", reason)
            self.lines = [line for line in self.lines if line not in refused]

    def _own_contact(self, line: Line) -> ParentCarer | None:
        links = [link for link in self.links[line.student_id] if _name(link.parent_carer) == line.name]
        same = [link for link in links if link.priority == line.priority]
        by_ways = [link for link in links if set(_ways(link.parent_carer)) & set(_ways(line))]
        found = by_ways[:1] or same or (links if len(links) == 1 else [])
        return found[0].parent_carer if found else None

    def _by_ways(self, line: Line) -> ParentCarer | None:
        return next((self.known[way] for way in _ways(line) if way in self.known), None)

    def _made(self, line: Line) -> ParentCarer:
        return ParentCarer(forename=line.forename, surname=line.surname)

    def _fold(self, batch: Batch) -> None:
        """Work out what each person's record becomes: the last word that is not blank among the person's lines."""
        self.becomes: dict[int, dict[str, str]] = defaultdict(dict)
        for line in self.lines:
            wanted = self.becomes[id(line.person)]
            for column, heading in PERSON_COLUMNS.items():
                if batch.has(heading) and (getattr(line, column) or column not in wanted):
                    wanted[column] = getattr(line, column)

    def _differs(self, person: ParentCarer) -> bool:
        return any(getattr(person, column) != value for column, value in self.becomes[id(person)].items())

    def _link_of(self, line: Line) -> ParentCarerLink | None:
        return next((link for link in self.links[line.student_id] if link.parent_carer is line.person), None)

    def _verdict(self, batch: Batch, line: Line) -> str:
        link = self._link_of(line)
        if link is None:
            return "new"
        return "changed" if self._differs(link.parent_carer) or self._link_values(batch, line, link) else "same"

    def _link_values(self, batch: Batch, line: Line, link: ParentCarerLink) -> dict[str, object]:
        """Return what the line changes in the link."""
        said = {column: getattr(line, column) for column, heading in LINK_COLUMNS.items() if batch.has(heading)}
        return {column: value for column, value in said.items() if getattr(link, column) != value}

    def _links_gone(self, batch: Batch) -> list[ParentCarerLink]:
        """Return the links that the file no longer has; with a refused line nobody knows, so only those in the way."""
        staying = {(line.student_id, id(line.person)) for line in self.lines}
        priorities = {(line.student_id, line.priority) for line in self.lines}
        is_whole = batch.is_whole()
        gone = [
            link
            for links in self.links.values()
            for link in links
            if (link.student_id, id(link.parent_carer)) not in staying
            and (is_whole or (link.student_id, link.priority) in priorities)
        ]
        if gone:
            batch.notes.append(f"{len(gone)} links to parents and carers are no longer in the file and are taken out.")
        return gone

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first lines that change something: the adult's own data, and what the adult is to the student."""
        changed = [line for line in self.lines if self._verdict(batch, line) == "changed"][:limit]
        students = Student.objects.in_bulk([line.student_id for line in changed])
        found = []
        for line in changed:
            words = (f"{students[line.student_id].admission_number}:", line.forename, line.surname)
            found.append(Change.of(line.line, " ".join(filter(None, words)), self._pairs(batch, line)))
        return found

    def _pairs(self, batch: Batch, line: Line) -> list[tuple[str, object, object]]:
        said: list[tuple[object, dict[str, object]]] = [(line.person, {**self.becomes[id(line.person)]})]
        if link := self._link_of(line):
            said.append((link, self._link_values(batch, line, link)))
        return [
            (name.replace("_", " "), getattr(held, name), value)
            for held, values in said
            for name, value in values.items()
        ]

    def apply(self, batch: Batch) -> None:
        """Make people and links what the file says."""
        self._save_people()
        ParentCarerLink.objects.filter(pk__in=[link.pk for link in self.gone]).delete()
        self._save_links(batch)

    def _save_people(self) -> None:
        people = {id(line.person): line.person for line in self.lines}
        moved = [person for person in people.values() if person.pk is None or self._differs(person)]
        for person in moved:
            for column, value in self.becomes[id(person)].items():
                setattr(person, column, value)
        ParentCarer.objects.bulk_create([person for person in moved if person.pk is None], batch_size=1_000)
        ParentCarer.objects.bulk_update([person for person in moved if person.pk], list(PERSON_COLUMNS), batch_size=200)

    def _save_links(self, batch: Batch) -> None:
        new, moved = [], []
        for line in self.lines:
            link = self._link_of(line)
            if link is None:
                said = {column: getattr(line, column) for column in LINK_COLUMNS}
                new.append(ParentCarerLink(student_id=line.student_id, parent_carer=line.person, **said))
            elif values := self._link_values(batch, line, link):
                for column, value in values.items():
                    setattr(link, column, value)
                moved.append(link)
        ParentCarerLink.objects.bulk_update(moved, list(LINK_COLUMNS), batch_size=200)
        ParentCarerLink.objects.bulk_create(new, batch_size=1_000)
