"""What the two files of marks have in common: how marks get into their table.

A blank says "not known" and wipes nothing: neither a mark that is held nor, where the mark stays the same, its minutes
or its comment.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import IntegrityError, transaction

from attendance.codes import CODES, REGULATIONS_2024
from attendance.importers.kept_marks import KEEP, kept_notes, spoken
from pastoral.core.imports.batch import Batch
from pastoral.core.imports.cells import day_name
from pastoral.core.imports.importer import Change, Importer, Tally
from students.calendar import end_of_compulsory_age


def _key_of(letters: str) -> int:
    return next(code.key for code in CODES if code.letters == letters and code.is_valid_on(REGULATIONS_2024))


# Z is the mark of somebody who is not on the admission register yet.
NOT_ON_ROLL = f"""
    SELECT l.line,
           s.admission_number || ' was not on roll: '
           || CASE WHEN l.date < s.admitted_on THEN 'admitted on ' ELSE 'left on ' END
           || to_char(CASE WHEN l.date < s.admitted_on THEN s.admitted_on ELSE s.left_on END, 'FMDD FMMonth YYYY')
           AS reason
      FROM import_lines l
      JOIN students_student s ON s.id = l.student_id
     WHERE l.date > s.left_on OR (l.date < s.admitted_on AND l.code_id IS DISTINCT FROM {_key_of("Z")})
"""  # noqa: S608 every name in this module's SQL is its own

_X = _key_of("X")
WITH_X = f"""
    SELECT DISTINCT s.id, s.born_on
      FROM import_lines l JOIN students_student s ON s.id = l.student_id WHERE l.code_id = {_X}
"""  # noqa: S608
X_TOO_YOUNG = f"""
    SELECT line, 'X is only for students not of compulsory school age; this student is of it until '
                 || to_char(ends.last_day, 'FMDD FMMonth YYYY') AS reason
      FROM import_lines l
      JOIN unnest(%s::bigint[], %s::date[]) AS ends (student_id, last_day) USING (student_id)
     WHERE l.code_id = {_X} AND l.date <= ends.last_day
"""  # noqa: S608


def _change(names: Sequence[str], row: tuple[Any, ...]) -> Change:
    line, number, day, key, held, held_minutes, said, said_minutes, *words = row
    if said_minutes is None and held == said:
        said_minutes = held_minutes  # a blank leaves them
    pairs: list[tuple[str, object, object]] = [("", spoken(held, held_minutes), spoken(said, said_minutes))]
    pairs += [(name, was, to) for name, was, to in zip(names, words[::2], words[1::2], strict=True) if to]
    return Change.of(line, f"{number}, {day_name(day)}, {key}", pairs)


class MarkImporter(Importer):
    """Marks of one table.

    key: the column that, with the student and the date, tells one mark from another. own_words: columns of text that
    belong to the mark and go with it. other_words: columns of text that stay whatever the mark.
    on_change: further assignments where a mark is replaced. history: the table of what marks said before, where people
    correct marks of this kind.
    """

    noun = "a mark"
    table: ClassVar[str]
    key: ClassVar[str]
    own_words: ClassVar[tuple[str, ...]] = ()
    other_words: ClassVar[tuple[str, ...]] = ()
    on_change: ClassVar[str] = ""
    history: ClassVar[str] = ""

    def check(self, batch: Batch) -> Tally:
        """Refuse marks off roll and X below its age, then compare with what is held."""
        batch.refuse_where("Date", NOT_ON_ROLL)
        self._refuse_x(batch)
        self._lay_out_rounds(batch)
        self.tally = self._tally(batch)
        if self._is_corrected and (kept := self._keep_corrections(batch)):
            batch.notes.extend(kept_notes(kept))
            self.tally = self._tally(batch)
        return self.tally

    def changes(self, batch: Batch, limit: int) -> list[Change]:
        """Return the first marks that replace another: student, day and session, the code held and the new one."""
        words = "".join(f", h.{word}, l.{word}" for word in self.own_words + self.other_words)
        rows = batch.rows(
            f"""
            SELECT l.line, s.admission_number, l.date, l.{self.key}, held.letters, h.minutes_late,
                   said.letters, l.minutes_late{words}
              FROM import_lines l
              JOIN {self.table} h ON {self._same_key()}
              JOIN students_student s ON s.id = l.student_id
              JOIN attendance_attendancecode held ON held.id = h.code_id
              JOIN attendance_attendancecode said ON said.id = l.code_id
              LEFT JOIN import_rounds r ON r.line = l.line
             WHERE coalesce(r.round, 1) = 1 AND ({self._differs("l", "h")})
             ORDER BY l.line LIMIT %s::integer
            """,  # noqa: S608
            [*self._dates, limit],
        )
        names = [name.replace("_", " ") for name in self.own_words + self.other_words]
        return [_change(names, row) for row in rows]

    def apply(self, batch: Batch) -> None:
        """Put the lines that say something new into the table, a round after the other."""
        last = batch.rows("SELECT max(round) FROM import_rounds")[0][0] or 1
        for this in range(1, last + 1):
            if self.tally.new and this == 1:
                self._add(batch)
            if self.tally.changed:
                batch.execute(self._change_sql(), [*self._dates, this])

    def _add(self, batch: Batch) -> None:
        """Add the marks that are not held. Somebody taking a register meanwhile is rare, and then waited for."""
        dates = self._dates if self._is_held else ()
        try:
            with transaction.atomic():
                batch.execute(self._add_sql(), dates)
        except IntegrityError:
            # Looking out for such clashes from the start would take half as long again for every import.
            batch.execute(f"{self._add_sql()} ON CONFLICT (student_id, date, {self.key}) DO NOTHING", dates)

    def _refuse_x(self, batch: Batch) -> None:
        ends = [(key, end_of_compulsory_age(born_on)) for key, born_on in batch.rows(WITH_X)]
        if ends:
            batch.refuse_where("Mark", X_TOO_YOUNG, [[key for key, _ in ends], [end for _, end in ends]])

    def _lay_out_rounds(self, batch: Batch) -> None:
        """Number the lines that speak of the same mark, so that they go in one after the other.

        Each but the last is then in the history. Where the last of them is what is held, the file says nothing new:
        its lines are in round 0 and left alone, else every night would write the same history again.
        """
        key = f"student_id, date, {self.key}"
        self._dates = batch.rows("SELECT coalesce(min(date), 'epoch'), coalesce(max(date), 'epoch') FROM import_lines")[
            0
        ]
        batch.execute("DROP TABLE IF EXISTS import_rounds")
        batch.execute(
            "CREATE TEMPORARY TABLE import_rounds (line integer, round integer, is_move boolean, is_last boolean) "
            "ON COMMIT DROP"
        )
        batch.execute(
            f"""
            WITH repeated AS (
                SELECT {key} FROM import_lines WHERE code_id IS NOT NULL GROUP BY {key} HAVING count(*) > 1
            ), spoken AS (
                SELECT l, lag(l) OVER turns AS before, row_number() OVER turns AS turn,
                       row_number() OVER backwards = 1 AS is_last,
                       first_value(h.id IS NOT NULL AND NOT ({self._differs("l", "h")})) OVER backwards AS is_settled
                  FROM import_lines l JOIN repeated USING ({key}) LEFT JOIN {self.table} h USING ({key})
                 WHERE l.code_id IS NOT NULL
                WINDOW turns AS (PARTITION BY {key} ORDER BY l.line),
                       backwards AS (PARTITION BY {key} ORDER BY l.line DESC)
            )
            INSERT INTO import_rounds
            SELECT (l).line, CASE WHEN is_settled THEN 0 ELSE turn END,
                   turn > 1 AND NOT is_settled AND ({self._differs("(l)", "(before)")}), is_last
              FROM spoken
            """  # noqa: S608
        )

    def _keep_corrections(self, batch: Batch) -> list[tuple[Any, ...]]:
        """Leave out the lines that would undo a person's correction with what an import brought before; return them.

        Their round is 0. Asked only where a line differs from a mark that a person wrote. See docs/decisions/0010.
        """
        query = KEEP.format(
            key=self.key,
            table=self.table,
            history=self.history,
            same_key=self._same_key(),
            differs=self._differs("l", "h"),
            has_news=self._differs("l", "brought"),
        )
        return batch.rows(query, [*self._dates, *self._dates])

    def _tally(self, batch: Batch) -> Tally:
        corrected = "h.recorded_by_id IS NOT NULL" if self.history else "false"
        new, changed, every, held, repeated, corrections = batch.rows(
            f"""
            SELECT count(*) FILTER (WHERE l.code_id IS NOT NULL AND coalesce(r.round, 1) = 1 AND h.id IS NULL),
                   count(*) FILTER (WHERE r.is_move OR (
                       l.code_id IS NOT NULL AND h.id IS NOT NULL AND coalesce(r.round, 1) = 1
                       AND ({self._differs("l", "h")}))),
                   count(*), count(h.id), count(r.line),
                   count(*) FILTER (WHERE {corrected} AND coalesce(r.round, 1) > 0 AND ({self._differs("l", "h")}))
              FROM import_lines l
              LEFT JOIN import_rounds r ON r.line = l.line
              LEFT JOIN {self.table} h ON {self._same_key()}
            """,  # noqa: S608
            self._dates,
        )[0]
        self._is_held, self._is_repeated, self._is_corrected = held > 0, repeated > 0, corrections > 0
        return Tally(new=new, changed=changed, same=every - new - changed)

    def _same_key(self) -> str:
        return (
            f"h.student_id = l.student_id AND h.date = l.date AND h.{self.key} = l.{self.key} "
            "AND h.date BETWEEN %s::date AND %s::date"
        )

    def _differs(self, line: str, held: str) -> str:
        """Return the SQL for "the line says something else than what is held"; a blank says nothing."""
        words = [
            f"({line}.{word} <> '' AND {line}.{word} <> {held}.{word})" for word in self.own_words + self.other_words
        ]
        minutes = f"({line}.minutes_late IS NOT NULL AND {line}.minutes_late IS DISTINCT FROM {held}.minutes_late)"
        return " OR ".join([f"{line}.code_id <> {held}.code_id", minutes, *words])

    def _columns(self) -> tuple[str, ...]:
        return ("student_id", "date", self.key, "code_id", "minutes_late", *self.own_words, *self.other_words)

    def _add_sql(self) -> str:
        """Return the SQL that adds what is not held, without the look-outs that the file gives no cause for."""
        held = f"AND NOT EXISTS (SELECT FROM {self.table} h WHERE {self._same_key()})"
        later = "AND NOT EXISTS (SELECT FROM import_rounds r WHERE r.line = l.line AND r.round <> 1)"
        return f"""
            INSERT INTO {self.table} ({", ".join(self._columns())})
            SELECT {", ".join(f"l.{column}" for column in self._columns())}
              FROM import_lines l
             WHERE l.code_id IS NOT NULL {held if self._is_held else ""} {later if self._is_repeated else ""}
        """  # noqa: S608

    def _change_sql(self) -> str:
        own = [
            f"{word} = CASE WHEN h.code_id = l.code_id AND l.{word} = '' THEN h.{word} ELSE l.{word} END"
            for word in self.own_words
        ]
        other = [f"{word} = coalesce(nullif(l.{word}, ''), h.{word})" for word in self.other_words]
        minutes = (
            "minutes_late = CASE WHEN h.code_id = l.code_id "
            "THEN coalesce(l.minutes_late, h.minutes_late) ELSE l.minutes_late END"
        )
        return f"""
            UPDATE {self.table} h
               SET {", ".join(["code_id = l.code_id", minutes, *own, *other, *filter(None, [self.on_change])])}
              FROM import_lines l LEFT JOIN import_rounds r ON r.line = l.line
             WHERE {self._same_key()} AND l.code_id IS NOT NULL AND coalesce(r.round, 1) = %s::integer
               AND ({self._differs("l", "h")})
        """  # noqa: S608
