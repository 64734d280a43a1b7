"""Corrections that people made here and an import leaves alone: which they are, and what the run says of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pastoral.core.imports.cells import day_name

SHOWN_KEPT = 50

# A mark that a person put right here, of which the file still says what an import brought before: the MIS has no news.
# `speaking`: of the lines about one mark only the last counts. The history is read for those marks alone.
KEEP = """
    WITH speaking AS (
        SELECT l.line, h.student_id, h.date, h.{key}
          FROM import_lines l
          LEFT JOIN import_rounds r ON r.line = l.line
          JOIN {table} h ON {same_key}
         CROSS JOIN LATERAL (
               SELECT e.code_id, e.minutes_late, e.comment FROM {history} e
                WHERE e.student_id = h.student_id AND e.date = h.date AND e.{key} = h.{key}
                  AND e.recorded_by_id IS NULL
                ORDER BY e.pgh_id DESC LIMIT 1
               ) brought
         WHERE h.recorded_by_id IS NOT NULL AND l.code_id IS NOT NULL AND coalesce(r.is_last, true)
           AND coalesce(r.round, 1) > 0 AND ({differs}) AND NOT ({has_news})
    ), silenced AS (
        UPDATE import_rounds r SET round = 0, is_move = false
          FROM import_lines l JOIN speaking USING (student_id, date, {key})
         WHERE r.line = l.line
    ), kept AS (
        INSERT INTO import_rounds (line, round, is_move, is_last)
        SELECT line, 0, false, true FROM speaking WHERE line NOT IN (SELECT line FROM import_rounds)
    )
    SELECT s.line, p.admission_number, s.date, s.{key}, held.letters, h.minutes_late, said.letters, l.minutes_late,
           trim(u.title || ' ' || u.surname)
      FROM speaking s
      JOIN import_lines l ON l.line = s.line
      JOIN {table} h ON {same_key}
      JOIN core_user u ON u.id = h.recorded_by_id
      JOIN students_student p ON p.id = s.student_id
      JOIN attendance_attendancecode held ON held.id = h.code_id
      JOIN attendance_attendancecode said ON said.id = l.code_id
     ORDER BY s.line
"""


def kept_notes(rows: Sequence[tuple[Any, ...]]) -> list[str]:
    """Return what the run says of corrections that it kept: how many, then line by line, the first of them."""
    many = len(rows) != 1
    notes = [
        f"{len(rows)} mark{'s' * many} corrected here {'were' if many else 'was'} kept; the MIS still says otherwise."
    ]
    notes += [_kept_note(*row) for row in rows[:SHOWN_KEPT]]
    if len(rows) > SHOWN_KEPT:
        notes.append(f"And {len(rows) - SHOWN_KEPT} more. Put them right in the MIS, and they are no longer listed.")
    return notes


def _kept_note(
    line: int, number: str, day: date, key: str, held: str, minutes: int | None, said: str, told: int | None, by: str
) -> str:
    if told is None and held == said:
        told = minutes  # a blank says nothing of them
    stands, says = spoken(held, minutes), spoken(said, told)
    says = "another comment" if says == stands else says
    return f"Line {line}: {number}, {day_name(day)}, {key} stays {stands} as {by} corrected it; the file says {says}."


def spoken(letters: str, minutes: int | None) -> str:
    """Return a mark in words: "L, 12 min late"."""
    return letters if minutes is None else f"{letters}, {minutes} min late"
