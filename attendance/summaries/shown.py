"""How a mark is shown to whom: its letters, or only what it counts as, where the letters would say too much."""

from dataclasses import dataclass

from attendance.codes import CLASS_NAMES, CODES_BY_KEY, CodeClass

# Stands for the letters that a person may not see; whatever the code, it says no more than its class.
HIDDEN_SIGN = "●"


@dataclass(frozen=True, slots=True)
class MarkShown:
    """A mark as one person sees it. kind: its class, or "late", for the colour."""

    sign: str
    words: str
    kind: str


def mark_shown(key: int, *, sees_sensitive: bool) -> MarkShown:
    """Return how the code with that key is shown: a sensitive one (R, I, M, Y5, E) only as its class unless seen whole.

    Source: design.md section 5, domain.md section 0 (11): these codes reveal religion, health, offences, sanctions.
    """
    code = CODES_BY_KEY[key]
    if code.is_class_only and not sees_sensitive:
        return MarkShown(HIDDEN_SIGN, CLASS_NAMES[code.code_class], code.code_class)
    kind = "late" if code.letters in ("L", "U") else str(code.code_class)
    return MarkShown(code.letters, code.meaning, f"{kind} after_close" if code.letters == "U" else kind)


def is_missed(key: int) -> bool:
    """Test for a code that counts as absence."""
    return CODES_BY_KEY[key].code_class in (CodeClass.AUTHORISED, CodeClass.UNAUTHORISED)
