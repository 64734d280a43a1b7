"""Students' names as the database says them, for queries that bring several kinds of record together."""

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf


def sort_name_at(student: str) -> Concat:
    """Return the expression for `Student.sort_name`. student: the way to the student, such as "early_help__student"."""
    preferred = NullIf(F(f"{student}__preferred_forename"), Value(""))
    forename = Coalesce(preferred, F(f"{student}__legal_forename"))
    return Concat(F(f"{student}__legal_surname"), Value(", "), forename)
