"""The SQL of the students' import; every name in it is this module's own.

It reads `import_lines`, and works out first, in tables of its own, which facts and spells would begin and end: the
preview counts what the import then does.
"""

# ruff: noqa: S608

from collections.abc import Sequence

from students.models import StudentFact

# Columns of the student by the heading that, left out of the file, leaves them alone.
OPTIONAL_COLUMNS = {
    "upn": "UPN",
    "preferred_forename": "Preferred Forename",
    "left_on": "Date of Leaving",
    "ethnicity": "Ethnicity",
}
ALWAYS = ("legal_surname", "legal_forename", "born_on", "sex", "admitted_on")

STANDS_TWICE = """
    SELECT line, 'The student stands on line ' || first || ' already' AS reason
      FROM (SELECT line, min(line) OVER (
                       PARTITION BY coalesce(student_id::text, 'new ' || admission_number)) AS first
              FROM import_lines) l
     WHERE line > first
"""

UPN_TWICE = """
    SELECT line, 'The student on line ' || first || ' has the same UPN: correct one of them' AS reason
      FROM (SELECT line, min(line) OVER (PARTITION BY upn) AS first FROM import_lines WHERE upn <> '') l
     WHERE line > first
"""

UPN_HELD = """
    SELECT l.line, 'The student ' || s.admission_number || ' has the same UPN: correct one of them' AS reason
      FROM import_lines l JOIN students_student s ON s.upn = l.upn AND s.id IS DISTINCT FROM l.student_id
     WHERE l.upn <> ''
"""

TABLES_DROPPED = "DROP TABLE IF EXISTS import_facts, import_spells"
FACTS_TABLE = """
    CREATE TEMPORARY TABLE import_facts (line integer, kind text, value text, old_id bigint, is_first boolean)
        ON COMMIT DROP
"""


def facts_wanted(kind: StudentFact.Kind) -> str:
    """Return the SQL that notes where a flag differs from the fact not yet ended. Parameters: kind, today, kind."""
    is_sen = kind == StudentFact.Kind.SEN
    wanted = f"nullif(l.{kind.value}, '')" if is_sen else f"CASE WHEN l.{kind.value} THEN '' END"
    return f"""
        INSERT INTO import_facts
        SELECT l.line, %s::text, {wanted}, f.id, l.student_id IS NULL
          FROM import_lines l
          LEFT JOIN LATERAL (
                SELECT id, value FROM students_studentfact
                 WHERE student_id = l.student_id AND (ends_on IS NULL OR ends_on >= %s::date) AND kind = %s::text
                 ORDER BY starts_on DESC LIMIT 1
               ) f ON true
         WHERE f.value IS DISTINCT FROM {wanted}
    """


# Who has a group in the file and none this academic year, from the later of admission and 1 September; nobody where the
# enrolments come along. Parameters: 1 September, whether they do not, 1 September.
SPELLS = """
    CREATE TEMPORARY TABLE import_spells ON COMMIT DROP AS
    SELECT line, year, reg, starts_on,
           (extract(year FROM starts_on - interval '8 months'))::integer AS academic_year
      FROM (SELECT l.*, greatest(l.admitted_on, %s::date) AS starts_on FROM import_lines l) l
     WHERE %s::boolean AND year IS NOT NULL AND (left_on IS NULL OR left_on >= starts_on)
       AND NOT EXISTS (
               SELECT 1 FROM students_enrolment e
                WHERE e.student_id = l.student_id
                  AND (e.starts_on >= %s::date OR e.ends_on >= l.starts_on))
"""


# Who stands in another group in the file than in the spell held for today. Parameters: today, today.
ELSEWHERE = """
    SELECT l.line
      FROM import_lines l
      JOIN students_enrolment e ON e.student_id = l.student_id
       AND e.starts_on <= %s::date AND (e.ends_on IS NULL OR e.ends_on >= %s::date)
      JOIN students_tutorgroup g ON g.id = e.tutor_group_id
     WHERE l.year IS NOT NULL AND (l.year, l.reg) <> (e.year_group_id, g.name)
     ORDER BY l.line
"""


def _differences(own: Sequence[str], *, with_house: bool) -> str:
    tests = [f"s.{column} IS DISTINCT FROM l.{column}" for column in (*ALWAYS, *own)]
    if with_house:
        tests.append("coalesce(h.name, '') <> l.house")
    return " OR ".join(tests)


def tally(own: Sequence[str], *, with_house: bool) -> str:
    """Return the query for how many lines are new, changed, and there at all."""
    return f"""
        SELECT count(*) FILTER (WHERE l.student_id IS NULL),
               count(*) FILTER (WHERE l.student_id IS NOT NULL AND (
                   {_differences(own, with_house=with_house)}
                   OR l.line IN (SELECT line FROM import_facts)
                   OR l.line IN (SELECT line FROM import_spells))),
               count(*)
          FROM import_lines l
          LEFT JOIN students_student s ON s.id = l.student_id
          LEFT JOIN students_house h ON h.id = s.house_id
    """


def changed(own: Sequence[str], *, with_house: bool) -> str:
    """Return the query for the lines that change a student: number and name, then what is held and said in turn."""
    pairs = "".join(f", s.{column}, l.{column}" for column in (*ALWAYS, *own))
    house = ", coalesce(h.name, ''), l.house" if with_house else ""
    return f"""
        SELECT l.line, s.admission_number, s.legal_surname, s.legal_forename{pairs}{house}
          FROM import_lines l
          JOIN students_student s ON s.id = l.student_id
          LEFT JOIN students_house h ON h.id = s.house_id
         WHERE {_differences(own, with_house=with_house)}
            OR l.line IN (SELECT line FROM import_facts) OR l.line IN (SELECT line FROM import_spells)
         ORDER BY l.line LIMIT %s::integer
    """


FACTS_CHANGED = """
    SELECT n.line, n.kind, f.value, f.id IS NOT NULL, n.value
      FROM import_facts n LEFT JOIN students_studentfact f ON f.id = n.old_id
     WHERE n.line = ANY(%s::integer[]) ORDER BY n.line, n.kind
"""
SPELLS_ADDED = "SELECT line, reg FROM import_spells WHERE line = ANY(%s::integer[])"

HOUSES = """
    INSERT INTO students_house (name) SELECT DISTINCT house FROM import_lines WHERE house <> '' ON CONFLICT DO NOTHING
"""


def upsert(own: Sequence[str], *, with_house: bool) -> str:
    """Return the statement that adds new students and changes those that differ.

    A student whose leading zeros a spreadsheet took keeps the admission number that is held.
    """
    columns = [*ALWAYS, *own, *(["house_id"] if with_house else [])]
    blank = [column for column in OPTIONAL_COLUMNS if column not in own and column != "left_on"]
    values = [*(f"l.{column}" for column in (*ALWAYS, *own)), *(["w.id"] if with_house else [])]
    return f"""
        INSERT INTO students_student AS t (admission_number, search_text, {", ".join([*columns, *blank])})
        SELECT coalesce(s.admission_number, l.admission_number), '', {", ".join([*values, *("''" for _ in blank)])}
          FROM import_lines l
          LEFT JOIN students_student s ON s.id = l.student_id
          LEFT JOIN students_house h ON h.id = s.house_id
          LEFT JOIN students_house w ON w.name = l.house
         WHERE l.student_id IS NULL OR {_differences(own, with_house=with_house)}
         ORDER BY l.line
            ON CONFLICT (admission_number) DO UPDATE
           SET {", ".join(f"{column} = excluded.{column}" for column in columns)}
    """


NEW_STUDENTS_KNOWN = """
    UPDATE import_lines l SET student_id = s.id
      FROM students_student s WHERE l.student_id IS NULL AND s.admission_number = l.admission_number
"""

# A fact that began today or later never was in force on a day gone by: it is taken back, not ended.
FACTS_TAKEN_BACK = """
    DELETE FROM students_studentfact f USING import_facts n WHERE f.id = n.old_id AND f.starts_on >= %s::date
"""
FACTS_ENDED = """
    UPDATE students_studentfact f SET ends_on = %s::date - 1 FROM import_facts n WHERE f.id = n.old_id
"""
FACTS_BEGUN = """
    INSERT INTO students_studentfact (student_id, kind, value, starts_on)
    SELECT s.id, n.kind, n.value, CASE WHEN n.is_first THEN s.admitted_on ELSE greatest(s.admitted_on, %s::date) END
      FROM import_facts n JOIN import_lines l USING (line) JOIN students_student s ON s.id = l.student_id
     WHERE n.value IS NOT NULL
"""

SPELL_GROUPS = (
    "INSERT INTO students_yeargroup (number) SELECT DISTINCT year FROM import_spells ON CONFLICT DO NOTHING",
    "INSERT INTO students_tutorgroup (name) SELECT DISTINCT reg FROM import_spells ON CONFLICT DO NOTHING",
)
SPELLS_CLOSED = """
    UPDATE students_enrolment e SET ends_on = make_date(e.academic_year + 1, 8, 31)
      FROM import_spells n JOIN import_lines l USING (line)
     WHERE e.student_id = l.student_id AND e.ends_on IS NULL
"""
SPELLS_MADE = """
    INSERT INTO students_enrolment (student_id, academic_year, year_group_id, tutor_group_id, starts_on, ends_on)
    SELECT l.student_id, n.academic_year, n.year, g.id, n.starts_on, make_date(n.academic_year + 1, 8, 31)
      FROM import_spells n JOIN import_lines l USING (line) JOIN students_tutorgroup g ON g.name = n.reg
"""
