"""With whom a plan can be shared: who teaches the student, who leads, and everybody else on the staff."""

from collections.abc import Mapping, Sequence
from datetime import date

from behaviour.summaries.robins import staff_by_key, teachers_of
from contacts.summaries.shares import staff_to_ask
from pastoral.core.models import User
from pastoral.core.staff_names import names_apart
from students.models import Student

Groups = Mapping[str, Sequence[tuple[int, str]]]


def colleagues_for(student: Student, on: date, *, without: int) -> tuple[dict[int, User], Groups]:
    """Return those on the staff by key, and how a form offers them: teachers with subjects, jobs, and the others.

    without: who shares it. In five queries.
    """
    people = {key: user for key, user in staff_by_key().items() if key != without}
    names = names_apart(people.values())
    teachers = [
        (each.user, f"{each.name} · {each.subject}") for each in teachers_of(student, on).known if each.user in people
    ]
    taken = {key for key, _words in teachers}
    team = [
        (user.pk, f"{names[user.pk]} · {job}")
        for job, user in staff_to_ask(on)
        if user.pk in people and user.pk not in taken
    ]
    taken |= {key for key, _words in team}
    others = [(key, name) for key, name in names.items() if key not in taken]
    return people, {"teachers": teachers, "team": team, "others": others}
