"""Unique pupil numbers with a check letter that holds (GOV.UK, Complete the school census)."""

_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# 999 is the authority number that DfE itself uses for schools that do not exist.
_AUTHORITY = "999"


def check_letter(rest: str) -> str:
    """Return the letter that stands before these twelve characters; a letter at the end counts by its place."""
    values = (int(sign) if sign.isdigit() else _LETTERS.index(sign) for sign in rest)
    return _LETTERS[sum(value * place for place, value in enumerate(values, start=2)) % 23]


def upn(establishment: int, year: int, serial: int) -> str:
    """Return a permanent number given by a primary school in the year in which the child started there."""
    rest = f"{_AUTHORITY}{establishment:04d}{year % 100:02d}{serial:03d}"
    return check_letter(rest) + rest


def temporary_upn(establishment: int, year: int, serial: int) -> str:
    """Return a number used until the permanent one is known: its last character is a letter."""
    rest = f"{_AUTHORITY}{establishment:04d}{year % 100:02d}{serial // 23 % 100:02d}{_LETTERS[serial % 23]}"
    return check_letter(rest) + rest
