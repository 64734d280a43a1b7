"""The attendance and absence codes, with the dates on which each meaning held.

Source: School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208) regs 10-11; Working together
to improve school attendance (DfE); retired codes from the 2006 regulations' guidance. See domain.md section 1.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

REGULATIONS_2024 = date(2024, 8, 19)
LAST_DAY_BEFORE_2024 = date(2024, 8, 18)
FIRST_DAY = date(1990, 9, 1)


class CodeClass(StrEnum):
    """What a mark counts as in the statistics (figures.md)."""

    PRESENT = "present"
    APPROVED_ACTIVITY = "approved_activity"
    AUTHORISED = "authorised"
    UNAUTHORISED = "unauthorised"
    NOT_POSSIBLE = "not_possible"
    ADMINISTRATIVE = "administrative"


class LegalClass(StrEnum):
    """What the register records in law."""

    PRESENT = "present"
    ATTENDING_ELSEWHERE = "attending_elsewhere"
    ABSENT = "absent"
    NOT_REQUIRED = "not_required"


class PhysicalClass(StrEnum):
    """Whether the student is in the building when the register is taken: the fire roll, not the statistics."""

    IN_SCHOOL = "in_school"
    LATE = "late"
    ELSEWHERE = "elsewhere"
    AWAY = "away"


@dataclass(frozen=True)
class Code:
    """One meaning of one code over a span of dates. `key` is its row in the database and never changes."""

    key: int
    letters: str
    meaning: str
    code_class: CodeClass
    legal: LegalClass
    physical: PhysicalClass
    valid_from: date = FIRST_DAY
    valid_to: date | None = None
    session: str = ""
    takes_minutes: bool = False
    is_sensitive: bool = False
    above_compulsory_age_only: bool = False
    on_closed_days: bool = False

    @property
    def is_class_only(self) -> bool:
        """Test for a code of which somebody without the right to sensitive codes sees the class alone.

        Y5 is the only sensitive reason for not being due at all: hidden alone among its class, it would be told.
        """
        return self.is_sensitive or self.code_class is CodeClass.NOT_POSSIBLE

    def is_valid_on(self, day: date) -> bool:
        """Test whether the code had this meaning on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


_P, _A, _AA, _UA, _NP, _AD = CodeClass
_LEGAL = {
    _P: LegalClass.PRESENT,
    _A: LegalClass.ATTENDING_ELSEWHERE,
    _AA: LegalClass.ABSENT,
    _UA: LegalClass.ABSENT,
    _NP: LegalClass.NOT_REQUIRED,
    _AD: LegalClass.NOT_REQUIRED,
}
_PHYSICAL = {
    _P: PhysicalClass.IN_SCHOOL,
    _A: PhysicalClass.ELSEWHERE,
    _AA: PhysicalClass.AWAY,
    _UA: PhysicalClass.AWAY,
    _NP: PhysicalClass.AWAY,
    _AD: PhysicalClass.AWAY,
}


def _code(key: int, letters: str, code_class: CodeClass, meaning: str, **extra: object) -> Code:
    facts: dict[str, object] = {
        "legal": _LEGAL[code_class],
        "physical": _PHYSICAL[code_class],
        **extra,
    }
    return Code(key, letters, meaning, code_class, **facts)  # type: ignore[arg-type]


def _since_2024(key: int, letters: str, code_class: CodeClass, meaning: str, **extra: object) -> Code:
    return _code(key, letters, code_class, meaning, valid_from=REGULATIONS_2024, **extra)


def _until_2024(key: int, letters: str, code_class: CodeClass, meaning: str, **extra: object) -> Code:
    return _code(key, letters, code_class, meaning, valid_to=LAST_DAY_BEFORE_2024, **extra)


CODES: tuple[Code, ...] = (
    _code(1, "/", _P, "Present in the morning", session="AM"),
    _code(2, "\\", _P, "Present in the afternoon", session="PM"),
    _code(
        3,
        "L",
        _P,
        "Late, before the register closed",
        physical=PhysicalClass.LATE,
        takes_minutes=True,
    ),
    _since_2024(4, "K", _A, "Attending education arranged by the local authority"),
    _code(5, "V", _A, "Attending an educational visit or trip"),
    _code(6, "P", _A, "Taking part in a sporting activity"),
    _code(7, "W", _A, "Attending work experience"),
    _code(8, "B", _A, "Attending any other approved educational activity"),
    _code(
        9,
        "D",
        _NP,
        "Dual registered at another school",
        legal=LegalClass.ATTENDING_ELSEWHERE,
        physical=PhysicalClass.ELSEWHERE,
    ),
    _since_2024(10, "C1", _AA, "Leave for a regulated performance or employment abroad"),
    _code(11, "M", _AA, "Leave for a medical or dental appointment", is_sensitive=True),
    _since_2024(12, "J1", _AA, "Leave for an interview"),
    _code(13, "S", _AA, "Leave to study for a public examination"),
    _since_2024(
        14,
        "X",
        _NP,
        "Not of compulsory school age and not required to attend",
        above_compulsory_age_only=True,
    ),
    _since_2024(15, "C2", _AA, "Leave under a part-time timetable"),
    _since_2024(16, "C", _AA, "Leave in other exceptional circumstances"),
    _code(17, "T", _AA, "Parent travelling for occupational purposes"),
    _code(18, "R", _AA, "Religious observance", is_sensitive=True),
    _code(19, "I", _AA, "Illness", is_sensitive=True),
    _code(
        20,
        "E",
        _AA,
        "Suspended or permanently excluded, no provision made",
        is_sensitive=True,
    ),
    _since_2024(21, "Q", _NP, "Unable to attend: no access arrangements"),
    _since_2024(22, "Y1", _NP, "Unable to attend: transport normally provided is not available"),
    _since_2024(
        23,
        "Y2",
        _NP,
        "Unable to attend: widespread disruption to travel",
        on_closed_days=True,
    ),
    _since_2024(
        24,
        "Y3",
        _NP,
        "Unable to attend: part of the premises closed",
        on_closed_days=True,
    ),
    _since_2024(
        25,
        "Y4",
        _NP,
        "Unable to attend: whole site unexpectedly closed",
        on_closed_days=True,
    ),
    _since_2024(
        26,
        "Y5",
        _NP,
        "Unable to attend: in criminal justice detention",
        is_sensitive=True,
    ),
    _since_2024(27, "Y6", _NP, "Unable to attend: public health guidance or law"),
    _since_2024(28, "Y7", _NP, "Unable to attend: any other unavoidable cause"),
    _code(29, "G", _UA, "Holiday not granted by the school"),
    _code(30, "N", _UA, "Reason not yet established"),
    _code(31, "O", _UA, "Absent in other or unknown circumstances"),
    _code(
        32,
        "U",
        _UA,
        "Arrived after the register closed",
        physical=PhysicalClass.LATE,
        takes_minutes=True,
    ),
    _code(33, "Z", _AD, "Prospective pupil, not on the admission register"),
    _code(34, "#", _AD, "Planned whole or partial school closure", on_closed_days=True),
    # Retired meanings, kept so that imported history counts as it did.
    _until_2024(35, "C", _AA, "Leave of absence granted by the school"),
    _until_2024(36, "H", _AA, "Family holiday agreed"),
    _until_2024(37, "F", _AA, "Extended family holiday agreed"),
    _until_2024(38, "J", _A, "At an interview"),
    _until_2024(39, "X", _NP, "Not required to attend"),
    _until_2024(40, "Y", _NP, "Unable to attend: exceptional circumstances", on_closed_days=True),
)

# Signs in exports for "no mark": not a code, never stored, and never in the place of a mark that is held.
NO_MARK = frozenset({"", "-"})

CLASS_NAMES: dict[CodeClass, str] = {
    CodeClass.PRESENT: "Present",
    CodeClass.APPROVED_ACTIVITY: "Approved activity",
    CodeClass.AUTHORISED: "Authorised absence",
    CodeClass.UNAUTHORISED: "Unauthorised absence",
    CodeClass.NOT_POSSIBLE: "Not required to attend",
    CodeClass.ADMINISTRATIVE: "Not counted",
}


def code_on(letters: str, day: date) -> Code | None:
    """Return the code with those letters and the meaning it had on the day; None when it had none."""
    return next(
        (code for code in CODES if code.letters == letters and code.is_valid_on(day)),
        None,
    )


def code_named(letters: str, day: date) -> Code:
    """Return the code with those letters on the day. Raises LookupError when there was none."""
    code = code_on(letters, day)
    if code is None:
        raise LookupError(f"no code {letters} on {day}")
    return code


def is_known(letters: str) -> bool:
    """Test whether the letters were ever a code."""
    return any(code.letters == letters for code in CODES)


CODES_BY_KEY: dict[int, Code] = {code.key: code for code in CODES}
