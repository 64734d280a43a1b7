"""Incidents and who was in them. The incident is known by the MIS's own number, the part in it by the student."""

from collections.abc import Iterable, Sequence

# ruff: noqa: S608 the names in these statements are this module's own
from behaviour.importers.cells import external_id, past_day, points, time_of_day
from behaviour.importers.words import TYPES_AS_HELD, UNKNOWN_TYPES
from behaviour.models import Involvement
from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import in_column, text
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.importer import Change, Importer, Tally
from pastoral.core.imports.refusal import Refusal
from students.importers.lookups import ADNO, StudentLookup

Role = Involvement.Role

_ROLES = {
    "perpetrator": Role.PERPETRATOR,
    "aggressor": Role.PERPETRATOR,
    "participant": Role.PARTICIPANT,
    "victim": Role.VICTIM,
    "target": Role.VICTIM,
    "witness": Role.WITNESS,
    "bystander": Role.WITNESS,
}


def _role_and_points(raw_role: str, raw_points: str) -> tuple[str, int]:
    role = _ROLES.get(raw_role.strip().casefold())
    if role is None:
        raise Refusal(f'The role is Perpetrator, Participant, Victim or Witness, not "{raw_role.strip()}"')
    number = in_column("Points", points, raw_points)
    if number and role not in Involvement.ROLES_WITH_POINTS:
        raise Refusal(f"A {role.label.lower()} gets no points", "Points")
    return role.value, number


STANDS_TWICE = """
    SELECT line, 'The student stands in this incident on line ' || first || ' already' AS reason
      FROM (SELECT line, min(line) OVER (PARTITION BY external_id, student_id) AS first FROM import_lines) l
     WHERE line > first
"""

# Columns of the tables, by the heading that says them: a heading that the file lacks changes nothing that is held.
INCIDENT = {
    "occurred_on": "Date",
    "occurred_at_time": "Time",
    "type": "Type",
    "activity": "Activity",
    "location": "Location",
    "status": "Status",
    "recorded_by": "Recorded By",
}
PART = {"role": "Role", "points": "Points", "action_taken": "Action Taken", "comment": "Comments"}

# The first line of somebody who did it speaks for the incident; a victim's or a witness's only where nothing is held.
SPEAKERS = """
    CREATE TEMPORARY TABLE import_speakers ON COMMIT DROP AS
    SELECT DISTINCT ON (l.external_id) l.line, i.id AS incident_id
      FROM import_lines l LEFT JOIN behaviour_incident i ON i.external_id = l.external_id
     WHERE i.id IS NULL OR l.role IN ('perpetrator', 'participant')
     ORDER BY l.external_id, l.role IN ('perpetrator', 'participant') DESC, l.line
"""


def _differs(held: str, columns: Iterable[str]) -> str:
    return " OR ".join(f"{held}.{column} IS DISTINCT FROM l.{column}" for column in columns)


def tally(incident: Sequence[str], part: Sequence[str]) -> str:
    """Return the query for how many lines are new, changed, and there at all."""
    return f"""
        SELECT count(*) FILTER (WHERE v.id IS NULL),
               count(*) FILTER (WHERE v.id IS NOT NULL AND (
                   {_differs("v", part)} OR (s.line IS NOT NULL AND ({_differs("i", incident)})))),
               count(*)
          FROM import_lines l
          LEFT JOIN behaviour_incident i ON i.external_id = l.external_id
          LEFT JOIN behaviour_involvement v ON v.incident_id = i.id AND v.student_id = l.student_id
          LEFT JOIN import_speakers s ON s.line = l.line
    """


def changed(incident: Sequence[str], part: Sequence[str]) -> str:
    """Return the query for the lines that change something: what is held and what is said, column by column."""
    pairs = [f"i.{column}, l.{column}" for column in incident] + [f"v.{column}, l.{column}" for column in part]
    return f"""
        SELECT l.line, l.external_id, a.admission_number, s.line IS NOT NULL, {", ".join(pairs)}
          FROM import_lines l
          JOIN students_student a ON a.id = l.student_id
          JOIN behaviour_incident i ON i.external_id = l.external_id
          JOIN behaviour_involvement v ON v.incident_id = i.id AND v.student_id = l.student_id
          LEFT JOIN import_speakers s ON s.line = l.line
         WHERE {_differs("v", part)} OR (s.line IS NOT NULL AND ({_differs("i", incident)}))
         ORDER BY l.line LIMIT %s::integer
    """


def incidents_upsert(said: Sequence[str]) -> str:
    """Return the statement that adds incidents and changes, in the columns said, those that differ."""
    return f"""
        INSERT INTO behaviour_incident AS t (external_id, {", ".join(INCIDENT)})
        SELECT l.external_id, {", ".join(f"l.{column}" for column in INCIDENT)}
          FROM import_speakers s JOIN import_lines l USING (line) LEFT JOIN behaviour_incident i ON i.id = s.incident_id
         WHERE i.id IS NULL OR {_differs("i", said)}
         ORDER BY l.line
            ON CONFLICT (external_id) WHERE external_id <> '' DO UPDATE
           SET {", ".join(f"{column} = excluded.{column}" for column in said)}
    """


def involvements_upsert(said: Sequence[str]) -> str:
    """Return the statement that adds parts in incidents and changes, in the columns said, those that differ."""
    return f"""
        INSERT INTO behaviour_involvement AS t (incident_id, student_id, {", ".join(PART)})
        SELECT i.id, l.student_id, {", ".join(f"l.{column}" for column in PART)}
          FROM import_lines l
          JOIN behaviour_incident i ON i.external_id = l.external_id
          LEFT JOIN behaviour_involvement v ON v.incident_id = i.id AND v.student_id = l.student_id
         WHERE v.id IS NULL OR {_differs("v", said)}
         ORDER BY l.line
            ON CONFLICT (incident_id, student_id) DO UPDATE
           SET {", ".join(f"{column} = excluded.{column}" for column in said)}
    """


class IncidentImporter(Importer):
    """One student's part in an incident a line."""

    name = "behaviour"
    title = "Behaviour incidents"
    noun = "an incident"
    after = ("students",)
    tables = ("behaviour_incident", "behaviour_involvement")
    columns = (
        Column("Incident ID", ("ID",)),
        Column("Date", ("Incident Date",)),
        optional("Time", "Incident Time"),
        ADNO,
        Column("Role"),
        Column("Type", ("Incident Type",)),
        optional("Activity"),
        optional("Location"),
        optional("Points"),
        optional("Status"),
        optional("Action Taken"),
        optional("Recorded By"),
        optional("Comments", "Comment"),
    )

    def fields(self) -> Sequence[Field]:
        """Return the incident's own data and the student's part in it."""
        return (
            field("Incident ID", "external_id text", external_id("incident ID")),
            field("Date", "occurred_on date", past_day),
            field("Time", "occurred_at_time time", time_of_day),
            field("Adno", "student_id bigint", StudentLookup().required),
            Field(("Role", "Points"), ("role text", "points smallint"), _role_and_points),
            field("Type", "type text", text(80, is_required=True, name="The type")),
            field("Activity", "activity text", text(80, name="The activity")),
            field("Location", "location text", text(80, name="The location")),
            field("Status", "status text", text(40, name="The status")),
            field("Action Taken", "action_taken text", text(80, name="The action taken")),
            field("Recorded By", "recorded_by text", text(60, name="The member of staff")),
            field("Comments", "comment text", text(20_000, name="The comment")),
        )

    def check(self, batch: Batch) -> Tally:
        """Refuse a student who stands twice in an incident, then compare with what is held."""
        batch.refuse_where("Adno", STANDS_TWICE)
        batch.execute(TYPES_AS_HELD)
        batch.execute("DROP TABLE IF EXISTS import_speakers")
        batch.execute(SPEAKERS)
        self.incident = [column for column, heading in INCIDENT.items() if batch.has(heading)]
        self.part = [column for column, heading in PART.items() if batch.has(heading)]
        new, changed, every = batch.rows(tally(self.incident, self.part))[0]
        return Tally(new=new, changed=changed, same=every - new - changed)

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first lines that change an incident, where the line speaks for it, or the student's part."""
        names = [(INCIDENT | PART)[column].lower() for column in (*self.incident, *self.part)]
        found = []
        for line, number, adno, is_speaker, *pairs in batch.rows(changed(self.incident, self.part), [limit]):
            differing = list(zip(names, pairs[::2], pairs[1::2], strict=True))
            spoken = differing if is_speaker else differing[len(self.incident) :]
            found.append(Change.of(line, f"Incident {number}, {adno}", spoken))
        return found

    def apply(self, batch: Batch) -> None:
        """Make incidents and parts in them what the file says; a part that the file lacks stays."""
        batch.execute(UNKNOWN_TYPES)
        batch.execute(incidents_upsert(self.incident))
        batch.execute(involvements_upsert(self.part))
