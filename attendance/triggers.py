"""Triggers on the session marks: marks fit their code, and the weekly totals stay true.

All are statement-level, so one run serves a single mark and an import of half a million. Totals move by differences,
never by counting again, so that two transactions that change the same week at once both count.
"""

import pgtrigger

from attendance.querysets import COUNTS

# ruff: noqa: S608 the names in these statements are this module's own

_WEEK = "attendance_attendanceweek"


def _differences(*sources: tuple[str, int]) -> str:
    """Return the SQL that sums the counts of the rows in each transition table, times its sign, by week."""
    rows = " UNION ALL ".join(
        f"SELECT student_id, date, code_id, minutes_late, {sign} AS sign FROM {table}" for table, sign in sources
    )
    # Grouped by code first: classes are then looked at a few times a week, not once for each of half a million marks.
    by_code = f"""
        SELECT student_id, date - (date - DATE '1900-01-01') % 7 AS monday,
               extract(year FROM date)::integer - (extract(month FROM date) < 9)::integer AS academic_year,
               code_id, sum(sign) AS marks, sum(sign * minutes_late) AS minutes
          FROM ({rows}) m
         GROUP BY 1, 2, 3, 4
    """
    return f"""
        SELECT m.student_id, m.monday, m.academic_year,
               coalesce(sum(m.marks) FILTER (WHERE c.code_class = 'present'), 0) AS present,
               coalesce(sum(m.marks) FILTER (WHERE c.code_class = 'approved_activity'), 0) AS approved_activity,
               coalesce(sum(m.marks) FILTER (WHERE c.code_class = 'authorised'), 0) AS authorised,
               coalesce(sum(m.marks) FILTER (WHERE c.code_class = 'unauthorised'), 0) AS unauthorised,
               coalesce(sum(m.marks) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')), 0)
                   AS not_counted,
               coalesce(sum(m.marks) FILTER (WHERE c.letters = 'L'), 0) AS late_before_close,
               coalesce(sum(m.marks) FILTER (WHERE c.letters = 'U'), 0) AS late_after_close,
               coalesce(sum(m.minutes), 0) AS minutes_late
          FROM ({by_code}) m
          JOIN attendance_attendancecode c ON c.id = m.code_id
         GROUP BY 1, 2, 3
    """


_COLUMNS = ", ".join(("student_id", "monday", "academic_year", *COUNTS))

_ADD = f"""
    INSERT INTO {_WEEK} AS w ({_COLUMNS})
    SELECT {_COLUMNS} FROM ({_differences(("new_values", 1))}) d
     ORDER BY student_id, academic_year, monday
    ON CONFLICT (student_id, academic_year, monday) DO UPDATE
       SET {", ".join(f"{name} = w.{name} + excluded.{name}" for name in COUNTS)};
    RETURN NULL;
"""


def _shift(*sources: tuple[str, int]) -> str:
    """Return the SQL that moves existing totals; weeks are made first, since a difference may be negative."""
    difference = _differences(*sources)
    return f"""
        INSERT INTO {_WEEK} ({_COLUMNS})
        SELECT student_id, monday, academic_year, {", ".join("0" for _ in COUNTS)} FROM ({difference}) d
         ORDER BY student_id, academic_year, monday
        ON CONFLICT (student_id, academic_year, monday) DO NOTHING;
        PERFORM 1 FROM {_WEEK} w JOIN ({difference}) d USING (student_id, academic_year, monday)
          ORDER BY w.student_id, w.academic_year, w.monday FOR UPDATE OF w;
        UPDATE {_WEEK} w SET {", ".join(f"{name} = w.{name} + d.{name}" for name in COUNTS)}
          FROM ({difference}) d
         WHERE w.student_id = d.student_id AND w.academic_year = d.academic_year AND w.monday = d.monday;
        RETURN NULL;
    """


def _fits(key: str = "", test: str = "") -> str:
    """Return the SQL that refuses marks which do not fit their code. key, test: what else a mark has to fit it in.

    Also stands for the foreign key on the code: one look at a statement's rows instead of one for each row. Grouped
    first, since half a million marks are of some thirty codes. Codes themselves are never deleted (`codes_kept`).
    """
    return f"""
    IF EXISTS (
        SELECT 1
          FROM (SELECT code_id{key}, min(date) AS first, max(date) AS last, count(minutes_late) AS late
                  FROM new_values GROUP BY code_id{key}) m
          LEFT JOIN attendance_attendancecode c ON c.id = m.code_id
         WHERE c.id IS NULL OR m.first < c.valid_from OR m.last > c.valid_to
            OR (m.late > 0 AND NOT c.takes_minutes){test}
    ) THEN
        RAISE EXCEPTION 'a mark does not fit its code on its date' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


_FITS = _fits(", session", " OR (c.session <> '' AND c.session <> m.session)")
_LESSON_FITS = _fits()  # a lesson is no session: either stroke may stand in any period

_WEEK_KEPT = """
    IF EXISTS (
        SELECT 1 FROM old_values w
          JOIN attendance_sessionmark m
            ON m.student_id = w.student_id AND m.date >= w.monday AND m.date < w.monday + 7
    ) THEN
        RAISE EXCEPTION 'a week is kept while marks are counted in it' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
"""

_NEW = pgtrigger.Referencing(new="new_values")
_OLD = pgtrigger.Referencing(old="old_values")
_BOTH = pgtrigger.Referencing(old="old_values", new="new_values")


def _after(
    name: str,
    operation: pgtrigger.Operation,
    referencing: pgtrigger.Referencing,
    func: str,
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=func,
    )


MARK_TRIGGERS = (
    _after("mark_fits_insert", pgtrigger.Insert, _NEW, _FITS),
    _after("mark_fits_update", pgtrigger.Update, _NEW, _FITS),
    _after("week_add", pgtrigger.Insert, _NEW, _ADD),
    _after(
        "week_move",
        pgtrigger.Update,
        _BOTH,
        _shift(("new_values", 1), ("old_values", -1)),
    ),
    _after("week_take", pgtrigger.Delete, _OLD, _shift(("old_values", -1))),
)

# They hold the marks' key on their students: no mark without its week, no week without its student, and the week stays
# as long as the mark. A foreign key of the marks' own looks at each row, a quarter of the time of a large import.
WEEK_TRIGGERS = (
    _after("week_kept", pgtrigger.Delete, _OLD, _WEEK_KEPT),
    pgtrigger.Protect(name="week_stays", operation=pgtrigger.UpdateOf("student_id", "monday", "academic_year")),
)

LESSON_TRIGGERS = (
    _after("lesson_fits_insert", pgtrigger.Insert, _NEW, _LESSON_FITS),
    _after("lesson_fits_update", pgtrigger.Update, _NEW, _LESSON_FITS),
)
