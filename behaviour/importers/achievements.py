"""Achievements, known by the MIS's own number."""

from collections.abc import Sequence

# ruff: noqa: S608 the names in these statements are this module's own
from behaviour.importers.cells import external_id, past_day, points
from behaviour.importers.words import UNKNOWN_ACHIEVEMENTS
from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import text
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.importer import Change, Importer, Tally
from students.importers.lookups import ADNO, StudentLookup

STANDS_TWICE = """
    SELECT line, 'The achievement stands on line ' || first || ' already' AS reason
      FROM (SELECT line, min(line) OVER (PARTITION BY external_id) AS first FROM import_lines) l
     WHERE line > first
"""

# Columns of the table, by the heading that says them: a heading that the file lacks changes nothing that is held.
COLUMNS = {
    "student_id": "Adno",
    "awarded_on": "Date",
    "type": "Type",
    "activity": "Activity",
    "points": "Points",
    "awarded_by": "Awarded By",
}


def _differs(said: Sequence[str]) -> str:
    return " OR ".join(f"a.{column} IS DISTINCT FROM l.{column}" for column in said)


def tally(said: Sequence[str]) -> str:
    """Return the query for how many lines are new, changed, and there at all."""
    return f"""
        SELECT count(*) FILTER (WHERE a.id IS NULL),
               count(*) FILTER (WHERE a.id IS NOT NULL AND ({_differs(said)})), count(*)
          FROM import_lines l LEFT JOIN behaviour_achievement a ON a.external_id = l.external_id
    """


def changed(said: Sequence[str]) -> str:
    """Return the query for the lines that change an achievement: what is held and what is said, column by column."""
    spoken = {"student_id": ("h.admission_number", "s.admission_number")}
    pairs = (spoken.get(column, (f"a.{column}", f"l.{column}")) for column in said)
    return f"""
        SELECT l.line, l.external_id, {", ".join(name for pair in pairs for name in pair)}
          FROM import_lines l
          JOIN behaviour_achievement a ON a.external_id = l.external_id
          JOIN students_student h ON h.id = a.student_id
          JOIN students_student s ON s.id = l.student_id
         WHERE {_differs(said)}
         ORDER BY l.line LIMIT %s::integer
    """


def upsert(said: Sequence[str]) -> str:
    """Return the statement that adds achievements and changes, in the columns said, those that differ."""
    return f"""
        INSERT INTO behaviour_achievement AS t (external_id, {", ".join(COLUMNS)})
        SELECT l.external_id, {", ".join(f"l.{column}" for column in COLUMNS)}
          FROM import_lines l LEFT JOIN behaviour_achievement a ON a.external_id = l.external_id
         WHERE a.id IS NULL OR {_differs(said)}
         ORDER BY l.line
            ON CONFLICT (external_id) WHERE external_id <> '' DO UPDATE
           SET {", ".join(f"{column} = excluded.{column}" for column in said)}
    """


class AchievementImporter(Importer):
    """One achievement a line."""

    name = "achievements"
    title = "Achievements"
    noun = "an achievement"
    after = ("students",)
    tables = ("behaviour_achievement",)
    columns = (
        Column("Achievement ID", ("ID",)),
        Column("Date", ("Achievement Date",)),
        ADNO,
        Column("Type", ("Achievement Type",)),
        optional("Activity"),
        optional("Points"),
        optional("Awarded By", "Recorded By"),
    )

    def fields(self) -> Sequence[Field]:
        """Return number, day, student and what was achieved."""
        return (
            field("Achievement ID", "external_id text", external_id("achievement ID")),
            field("Date", "awarded_on date", past_day),
            field("Adno", "student_id bigint", StudentLookup().required),
            field("Type", "type text", text(80, is_required=True, name="The type")),
            field("Activity", "activity text", text(80, name="The activity")),
            field("Points", "points smallint", points),
            field("Awarded By", "awarded_by text", text(60, name="The member of staff")),
        )

    def check(self, batch: Batch) -> Tally:
        """Refuse what stands twice, then compare with what is held."""
        batch.refuse_where("Achievement ID", STANDS_TWICE)
        self.said = [column for column, heading in COLUMNS.items() if batch.has(heading)]
        new, changed, every = batch.rows(tally(self.said))[0]
        return Tally(new=new, changed=changed, same=every - new - changed)

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first achievements that the file changes, each with what differs."""
        names = [COLUMNS[column].lower() for column in self.said]
        return [
            Change.of(line, f"Achievement {number}", zip(names, pairs[::2], pairs[1::2], strict=True))
            for line, number, *pairs in batch.rows(changed(self.said), [limit])
        ]

    def apply(self, batch: Batch) -> None:
        """Add what is new and change what differs."""
        batch.execute(UNKNOWN_ACHIEVEMENTS)
        batch.execute(upsert(self.said))
