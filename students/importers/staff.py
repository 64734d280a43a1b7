"""Members of staff and their roles. A role that the file no longer has ends: access must not outlive the job."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as data_field
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import text
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.importer import Change, Importer, Tally
from pastoral.core.imports.refusal import Refusal, RefusedLine
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.calendar import academic_year_of, academic_year_start
from students.models import StaffAssignment, TutorGroup, YearGroup

_ROLES: dict[str, Role] = {
    "form tutor": Role.FORM_TUTOR,
    "tutor": Role.FORM_TUTOR,
    "pastoral manager": Role.PASTORAL_MANAGER,
    "assistant pastoral leader": Role.PASTORAL_MANAGER,
    "head of year": Role.HEAD_OF_YEAR,
    "pastoral strategy leader": Role.HEAD_OF_YEAR,
    "progress leader": Role.HEAD_OF_YEAR,
    "standards progress leader": Role.HEAD_OF_YEAR,
    "slt": Role.SLT,
    "attendance officer": Role.ATTENDANCE_OFFICER,
    "senco": Role.SENCO,
    "dsl": Role.DSL,
    "data manager": Role.DATA_MANAGER,
}
PostKey = tuple[str, int | None, int | None]

_OF_A_YEAR = frozenset({Role.PASTORAL_MANAGER, Role.HEAD_OF_YEAR})
_YEAR = re.compile(r"(?:year|yr|y)\s*(\d{1,2})|(1[0-3]|[7-9])", re.IGNORECASE | re.ASCII)
# More leavers than this share at once is a file that was cut off, not a summer.
LEAVERS_AT_MOST = 0.3
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class Post:
    """A role over one year group, one tutor group or the whole school."""

    role: Role
    job_title: str
    year_group_id: int | None = None
    tutor_group_id: int | None = None

    @property
    def key(self) -> PostKey:
        """What tells one post from another; a new title is the same post."""
        return self.role.value, self.year_group_id, self.tutor_group_id


@dataclass
class Line:
    """One staged line, with the posts that it turns out to give."""

    line: int
    staff_code: str
    title: str
    forename: str
    surname: str
    email: str
    role: str
    scope: str
    posts: list[Post] = data_field(default_factory=list)


def _email(raw: str) -> str:
    words = raw.strip().lower()
    if not _EMAIL.fullmatch(words) or len(words) > 254:
        raise Refusal(f'"{words}" is no e-mail address')
    return words


class StaffImporter(Importer):
    """One member of staff's role a line; the same person may stand on several."""

    name = "staff"
    title = "Staff"
    noun = "a member of staff"
    after = ("students", "enrolments")
    tables = ("core_user", "students_staffassignment")
    columns = (
        Column("Staff Code", ("Code", "Initials")),
        optional("Title"),
        Column("Forename", ("First Name",)),
        Column("Surname", ("Last Name",)),
        Column("Email", ("E-mail", "Work Email")),
        Column("Role", ("Job Title",)),
        optional("Scope"),
    )

    def fields(self) -> Sequence[Field]:
        """Return the person, and role and scope as they are written: who has a faulty one loses no other."""
        return (
            field("Staff Code", "staff_code text", text(20, is_required=True, name="The staff code")),
            field("Title", "title text", text(20, name="The title")),
            field("Forename", "forename text", text(100, name="The forename")),
            field("Surname", "surname text", text(100, is_required=True, name="The surname")),
            field("Email", "email text", _email),
            field("Role", "role text", text(60, is_required=True, name="The role")),
            field("Scope", "scope text", text(500, name="The scope")),
        )

    def check(self, batch: Batch) -> Tally:
        """Refuse roles, scopes and addresses that cannot be, then compare with what is held."""
        self.today = timezone.localdate()
        self.groups = {name.casefold(): key for name, key in TutorGroup.objects.values_list("name", "pk")}
        lines = [Line(*row) for row in batch.lines()]
        self.users = {
            user.staff_code: user for user in User.objects.filter(staff_code__in={line.staff_code for line in lines})
        }
        refused = self._refused(lines)
        batch.refuse(refused)
        out = {line.line for line in refused}
        self.lines = [line for line in lines if line.line not in out]
        self.in_doubt = {line.staff_code for line in lines if line.line in out}
        self._compare(batch)
        self._note_ended(batch)
        self.ended += self._leavers(batch, {line.staff_code for line in lines})
        verdicts = [self._verdict(line) for line in self.lines]
        return Tally(new=verdicts.count("new"), changed=verdicts.count("changed"), same=verdicts.count("same"))

    # -- checks ----------------------------------------------------------------------------------

    def _refused(self, lines: Sequence[Line]) -> list[RefusedLine]:
        owners = {email: code for code, email in User.objects.values_list("staff_code", "email")}
        refused = []
        for line in lines:
            try:
                owner = owners.setdefault(line.email, line.staff_code)
                if owner != line.staff_code:
                    raise Refusal(f"{owner} has the same e-mail address: each person needs their own", "Email")
                line.posts = self._posts(line)
            except Refusal as refusal:
                refused.append(RefusedLine(line.line, refusal.column, refusal.reason))
        return refused

    def _posts(self, line: Line) -> list[Post]:
        role = _ROLES.get(" ".join(line.role.casefold().split()))
        if role is None:
            raise Refusal(f'There is no role "{line.role}": it is one of {", ".join(Role.labels)}', "Role")
        scopes = [part.strip() for part in re.split(r"[;,]", line.scope) if part.strip()]
        if role == Role.FORM_TUTOR:
            return [Post(role, line.role, tutor_group_id=self._tutor_group(scope)) for scope in scopes or [""]]
        if role in _OF_A_YEAR:
            return [Post(role, line.role, year_group_id=self._year(line.role, scope)) for scope in scopes or [""]]
        if scopes:
            raise Refusal(f"{line.role} is a role for the whole school: leave the scope blank", "Scope")
        return [Post(role, line.role)]

    def _tutor_group(self, scope: str) -> int:
        if scope.casefold() not in self.groups:
            raise Refusal(
                f'There is no tutor group "{scope}": import enrolments.csv first, or correct it'
                if scope
                else "A form tutor needs a tutor group as scope",
                "Scope",
            )
        return self.groups[scope.casefold()]

    def _year(self, role: str, scope: str) -> int:
        found = _YEAR.fullmatch(scope)
        number = int(found[1] or found[2]) if found else 0
        if not 7 <= number <= 13:
            raise Refusal(
                f'"{scope}" is no year group: write Year 7 to Year 13'
                if scope
                else f"{role} needs a year group as scope",
                "Scope",
            )
        return number

    # -- what would change -----------------------------------------------------------------------

    def _compare(self, batch: Batch) -> None:
        """Work out each person's record and posts as the file has them, against what is in force."""
        self.becomes = {line.staff_code: line for line in self.lines}  # the last line of a person has the say
        self.held: dict[str, list[StaffAssignment]] = defaultdict(list)
        in_force = StaffAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=self.today))
        for held in in_force.filter(user__staff_code__in=self.becomes, is_imported=True).select_related("user"):
            self.held[held.user.staff_code].append(held)
        wanted: dict[str, dict[PostKey, str]] = defaultdict(dict)
        for line in self.lines:
            wanted[line.staff_code].update({post.key: post.job_title for post in line.posts})
        self.wanted = wanted
        self.ended = [
            held
            for code, all_held in self.held.items()
            for held in all_held
            if not batch.is_rejects_file and code not in self.in_doubt and _key(held) not in wanted[code]
        ]

    def _leavers(self, batch: Batch, codes: set[str]) -> list[StaffAssignment]:
        """Return the posts of people whom a whole file no longer names, unless so many that it cannot be whole."""
        in_force = StaffAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=self.today), is_imported=True)
        posts = list(in_force.exclude(user__staff_code__in=codes).select_related("user"))
        gone = sorted({held.user.staff_code for held in posts})
        if not gone:
            return []
        named = in_force.filter(user__staff_code__in=codes).values("user").distinct().count()
        if batch.is_whole() and len(gone) <= LEAVERS_AT_MOST * (named + len(gone)):
            batch.notes.append(f"{len(gone)} people are not in the file; their roles end yesterday: {', '.join(gone)}.")
            return posts
        batch.notes.append(
            f"{len(gone)} people with a role are not in the file; their access goes on: {', '.join(gone)}."
        )
        return []

    def _assignment(self, line: Line, post: Post) -> StaffAssignment | None:
        return next((held for held in self.held[line.staff_code] if _key(held) == post.key), None)

    def _verdict(self, line: Line) -> str:
        user = self.users.get(line.staff_code)
        if user is None:
            return "new"
        is_moved = any(self._moves(self._assignment(line, post), line, post) for post in line.posts)
        return "changed" if is_moved or self._differs(user) else "same"

    def _moves(self, held: StaffAssignment | None, line: Line, post: Post) -> bool:
        return held is None or held.job_title != self.wanted[line.staff_code][post.key]

    def _differs(self, user: User) -> bool:
        said = self.becomes[user.staff_code]
        return (user.title, user.forename, user.surname, user.email) != (
            said.title,
            said.forename,
            said.surname,
            said.email,
        )

    def _note_ended(self, batch: Batch) -> None:
        if self.ended:
            whose = ", ".join(sorted({held.user.staff_code for held in self.ended}))
            batch.notes.append(f"{len(self.ended)} roles are no longer in the file and end yesterday: {whose}.")

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first lines that change a person: name and address, a new role, or its title."""
        changed = [line for line in self.lines if self._verdict(line) == "changed"][:limit]
        return [Change.of(line.line, f"{line.staff_code} {line.surname}", self._pairs(line)) for line in changed]

    def _pairs(self, line: Line) -> list[tuple[str, object, object]]:
        user, said = self.users[line.staff_code], self.becomes[line.staff_code]
        own = [(name, getattr(user, name), getattr(said, name)) for name in ("title", "forename", "surname", "email")]
        for post in line.posts:
            held = self._assignment(line, post)
            scope = f" {line.scope}" if line.scope else ""
            title = self.wanted[line.staff_code][post.key]
            own.append(("role", f"{held.job_title}{scope}" if held else None, f"{title}{scope}"))
        return own

    # -- changes ---------------------------------------------------------------------------------

    def apply(self, batch: Batch) -> None:
        """Make accounts and posts what the file says; a new account has no password until its owner sets one."""
        self._save_users()
        yesterday = self.today - timedelta(days=1)
        for held in self.ended:
            if held.starts_on > yesterday:
                held.delete()
            else:
                held.ends_on = yesterday
                held.save(update_fields=["ends_on"])
        self._save_posts()

    def _save_users(self) -> None:
        for code, line in self.becomes.items():
            user = self.users.get(code)
            if user is None:
                user = self.users[code] = User(staff_code=code)
                user.set_unusable_password()
            elif not self._differs(user):
                continue
            user.title, user.forename, user.surname, user.email = line.title, line.forename, line.surname, line.email
            user.save()

    def _save_posts(self) -> None:
        known = set(StaffAssignment.objects.filter(user__staff_code__in=self.wanted).values_list("user_id", flat=True))
        years = {post[1] for posts in self.wanted.values() for post in posts if post[1]}
        YearGroup.objects.bulk_create([YearGroup(number=year) for year in sorted(years)], ignore_conflicts=True)
        for code, posts in self.wanted.items():
            held = {_key(one): one for one in self.held[code]}
            user = self.users[code]
            for key, job_title in posts.items():
                if key not in held:
                    self._make(user, key, job_title, self.today if user.pk in known else self._year_starts())
                elif held[key].job_title != job_title:
                    held[key].job_title = job_title
                    held[key].save(update_fields=["job_title"])

    def _make(self, user: User, key: PostKey, job_title: str, starts_on: date) -> None:
        role, year_group_id, tutor_group_id = key
        StaffAssignment.objects.update_or_create(
            user=user,
            role=role,
            year_group_id=year_group_id,
            tutor_group_id=tutor_group_id,
            starts_on=starts_on,
            defaults={"job_title": job_title, "ends_on": None, "is_imported": True},
        )

    def _year_starts(self) -> date:
        return academic_year_start(academic_year_of(self.today))


def _key(held: StaffAssignment) -> PostKey:
    return held.role, held.year_group_id, held.tutor_group_id
