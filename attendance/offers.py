"""Which codes a person may enter for a student in one session: valid that day, fitting the student, within the role.

Source: domain.md 1.1 (School Attendance (Pupil Registration) (England) Regulations 2024 regs 10-11).
"""

from collections.abc import Collection
from datetime import date

from attendance.codes import CODES, Code, CodeClass
from pastoral.core.rights import Right
from students.calendar import end_of_compulsory_age

# What anybody who takes a register says of what they see; why somebody is away is for those who find out.
SEEN_IN_THE_ROOM = frozenset({"/", "\\", "L", "U", "N"})
# Leave that only a person authorised by the proprietor may grant (reg 11(1)).
ONLY_GRANTED = frozenset({"C", "C1"})
# Leave of a student of compulsory age alone (reg 11(6)).
COMPULSORY_AGE_ONLY = frozenset({"C2"})


def codes_offered(day: date, session: str, *, born_on: date, rights: Collection[Right]) -> tuple[Code, ...]:
    """Return the codes that somebody with those rights over the student may enter for the session, in table order.

    day: the session's, not today's: a correction of last year offers last year's codes. session: "AM" or "PM".
    """
    is_above = day > end_of_compulsory_age(born_on)
    return tuple(
        code
        for code in CODES
        if code.is_valid_on(day)
        and code.session in ("", session)
        and code.code_class is not CodeClass.ADMINISTRATIVE
        and _fits_age(code, is_above=is_above)
        and _fits_rights(code, rights)
    )


def _fits_age(code: Code, *, is_above: bool) -> bool:
    if is_above:
        return code.letters not in COMPULSORY_AGE_ONLY
    return not code.above_compulsory_age_only


def _fits_rights(code: Code, rights: Collection[Right]) -> bool:
    if Right.SET_ABSENCE_CODES not in rights:
        return code.letters in SEEN_IN_THE_ROOM
    if code.letters in ONLY_GRANTED:
        return Right.APPROVE_LEAVE in rights
    return not code.is_sensitive or Right.SEE_SENSITIVE_CODES in rights


def present_in(session: str) -> str:
    """Return the letters of presence in the session, morning or afternoon."""
    return "/" if session == "AM" else "\\"
