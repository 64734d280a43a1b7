"""Codes as a list to choose from; typing a letter finds its code."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any

from attendance.codes import CLASS_NAMES, CODES, Code, CodeClass
from attendance.offers import ONLY_GRANTED
from pastoral.core.rights import Right

Choice = tuple[Any, str]
PRESENT = "/"
# What offices put in place of N nearly always.
MOST_USED = ("I", "M", "O", "C", PRESENT)


def code_choices(codes: Iterable[Code]) -> list[Choice]:
    """Return the codes in their order: the letters and what they mean."""
    return [_by_key(code) for code in codes]


def code_groups(codes: Iterable[Code]) -> list[tuple[str, list[Choice]]]:
    """Return the codes by what they count as."""
    return _grouped(codes, _by_key)


def letter_groups(
    on: date, rights: Collection[Right], *, first: tuple[str, ...] = ()
) -> list[tuple[str, list[Choice]]]:
    """Return the letters that may be put in place of N on the day, by what they count as; lates have their own page.

    first: letters that stand before all others.
    """
    codes = {code.letters: code for code in CODES if code.is_valid_on(on) and _resolves(code, rights)}
    most_used = [_by_letters(codes.pop(letters)) for letters in first if letters in codes]
    return [*([("Most used", most_used)] if most_used else []), *_grouped(codes.values(), _by_letters)]


def _grouped(codes: Iterable[Code], choice: Callable[[Code], Choice]) -> list[tuple[str, list[Choice]]]:
    groups: dict[CodeClass, list[Choice]] = {}
    for code in codes:
        groups.setdefault(code.code_class, []).append(choice(code))
    return [(CLASS_NAMES[kind], held) for kind, held in groups.items()]


def _by_key(code: Code) -> Choice:
    return code.key, f"{code.letters}  {code.meaning}"


def _by_letters(code: Code) -> Choice:
    return code.letters, "Present" if code.letters == PRESENT else f"{code.letters}  {code.meaning}"


def _resolves(code: Code, rights: Collection[Right]) -> bool:
    if code.takes_minutes or code.code_class is CodeClass.ADMINISTRATIVE or code.letters in ("N", "\\"):
        return False
    if code.letters in ONLY_GRANTED:
        return Right.APPROVE_LEAVE in rights
    return not code.is_sensitive or Right.SEE_SENSITIVE_CODES in rights
