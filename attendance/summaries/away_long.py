"""Absences as they last: sessions missed one after the other up to now, with what is planned to follow them."""

from datetime import date

from attendance.codes import CODES, CodeClass, LegalClass
from students.away import Asked
from students.calendar import academic_year_of, academic_year_start

SUSPENDED, STUDY_LEAVE = "E", "S"
_ABSENT = (CodeClass.AUTHORISED, CodeClass.UNAUTHORISED)
_IN_SCHOOL = (LegalClass.PRESENT, LegalClass.ATTENDING_ELSEWHERE)
# A suspension is no absence of this kind: whoever asks knows of it otherwise, and it parts one from the next.
# Study leave is none either, and parts nothing: nobody sets work for a year that learns for its examinations.
MISSED = [code.key for code in CODES if code.code_class in _ABSENT and code.letters not in {SUSPENDED, STUDY_LEAVE}]
HERE = [code.key for code in CODES if code.legal in _IN_SCHOOL or code.letters == SUSPENDED]

# Whoever missed a session of the two last days with marks, or has a plan, is looked at from the last session in which
# they were in school. Sessions without a mark part nothing up to today; after today, what is not planned does.
_ABSENCES = """
    WITH asked AS (
        SELECT %s::date AS today, %s::date AS until, %s::date AS begins, %s::int[] AS missed, %s::int[] AS here
    ), latest AS (
        SELECT max(m.date) AS day FROM attendance_sessionmark m, asked WHERE m.date <= asked.today
    ), before AS (
        SELECT max(m.date) AS day FROM attendance_sessionmark m, latest WHERE m.date < latest.day
    ), plans AS (
        SELECT p.student_id, p.starts_on, p.starts_session, p.ends_on, p.ends_session
          FROM attendance_plannedmark p, asked
         WHERE p.status = 'agreed' AND p.kind IN ('leave', 'planned') AND p.sessions = '{}'
           AND p.code_id = ANY(asked.missed) AND p.ends_on >= asked.today AND p.starts_on <= asked.until
    ), likely AS (
        SELECT m.student_id FROM attendance_sessionmark m, asked
         WHERE m.date IN ((SELECT day FROM latest), (SELECT day FROM before)) AND m.code_id = ANY(asked.missed)
         UNION
        SELECT student_id FROM plans
    ), seen AS (
        SELECT likely.student_id, last.date AS day, last.session
          FROM likely
          LEFT JOIN LATERAL (
               SELECT k.date, k.session FROM attendance_sessionmark k, asked
                WHERE k.student_id = likely.student_id AND k.date BETWEEN asked.begins AND asked.today
                  AND k.code_id = ANY(asked.here)
                ORDER BY k.date DESC, k.session DESC LIMIT 1
               ) last ON true
    ), slots AS (
        SELECT d.day, half.session, row_number() OVER (ORDER BY d.day, half.session) AS n
          FROM students_schoolday d CROSS JOIN (VALUES ('AM'), ('PM')) half (session), asked
         WHERE d.day >= asked.begins
    ), missed AS (
        SELECT seen.student_id, k.date AS day, k.session
          FROM seen JOIN attendance_sessionmark k ON k.student_id = seen.student_id, asked
         WHERE k.date BETWEEN asked.begins AND asked.today AND k.code_id = ANY(asked.missed)
           AND (seen.day IS NULL OR (k.date, k.session) > (seen.day, seen.session))
         UNION
        SELECT plans.student_id, slots.day, slots.session
          FROM plans JOIN seen ON seen.student_id = plans.student_id
          JOIN slots ON (slots.day, slots.session) >= (plans.starts_on, plans.starts_session)
                    AND (slots.day, slots.session) <= (plans.ends_on, plans.ends_session)
         WHERE seen.day IS NULL OR (seen.day, seen.session) < (plans.starts_on, plans.starts_session)
    ), begun AS (
        SELECT missed.*, slots.n, seen.day AS seen_on,
               slots.n - greatest(
                   lag(slots.n) OVER student, (SELECT max(s.n) FROM slots s, asked WHERE s.day <= asked.today)
               ) > 1 AS is_new
          FROM missed JOIN slots USING (day, session) JOIN seen USING (student_id)
        WINDOW student AS (PARTITION BY missed.student_id ORDER BY slots.n)
    ), parted AS (
        SELECT begun.*, count(*) FILTER (WHERE is_new) OVER (PARTITION BY student_id ORDER BY n) AS part FROM begun
    )
    SELECT student_id, min(day) AS first_day, (array_agg(session ORDER BY n))[1] AS first_session,
           max(day) AS last_day, (array_agg(session ORDER BY n DESC))[1] AS last_session, count(*) AS sessions,
           CASE WHEN row_number() OVER (PARTITION BY student_id ORDER BY min(n)) = 1
                THEN coalesce(min(seen_on), min(day)) ELSE min(day) END AS since
      FROM parted
     GROUP BY student_id, part
"""


def absences(today: date, until: date) -> Asked:
    """Return the query for absences that last today or are planned to begin by the day, as `students.away` has it."""
    begins = academic_year_start(academic_year_of(today))
    return Asked(_ABSENCES, [today, until, begins, MISSED, HERE])
