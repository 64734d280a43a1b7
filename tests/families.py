"""Parents and carers for tests."""

from itertools import count

from students.models import ParentCarer, ParentCarerLink, Student

_priorities = count(1)


def carer(*students: Student, relationship: str = "Mother", barred: bool = False, **person: str) -> ParentCarer:
    """Make somebody who cares for the students: carer(kai, ada, surname="Okafor", mobile="07700 900001")."""
    made = ParentCarer.objects.create(**{"title": "Mrs", "forename": "Ngozi", "surname": "Okafor"} | person)
    ParentCarerLink.objects.bulk_create(
        ParentCarerLink(
            student=student,
            parent_carer=made,
            priority=next(_priorities),
            relationship=relationship,
            has_parental_responsibility=True,
            has_court_order=barred,
            lives_with=not barred,
        )
        for student in students
    )
    return made
