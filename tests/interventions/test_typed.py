"""A line typed in a meeting: what, who and by when, as people type it."""

from datetime import date

from interventions.typed import Person, Reading, settling_read

BRN, BRO, ONE = (
    Person(1, "BRN", "Brown", "Mrs Brown"),
    Person(2, "BRO", "Brook", "Mr Brook"),
    Person(3, "ONE", "O'Neill", "Ms O'Neill"),
)
ME = Person(9, "DOY", "Doyle", "Mr Doyle")
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def school_day(day: date) -> date:
    """School does not meet on Wed 25 November, or at weekends."""
    day = date(2026, 11, 26) if day == date(2026, 11, 25) else day
    return day if day.weekday() < 5 else date.fromordinal(day.toordinal() + 7 - day.weekday())


READING = Reading((BRN, BRO, ONE, ME), ME, FRIDAY, date(2026, 11, 27), school_day)


def said(line):
    return [(each.what, each.owner.code if each.owner else None, each.due_on) for each in READING.read(line).actions]


def test_what_who_and_by_when():
    for line, what, who, due in (
        ("call home @BRN fri", "call home", "BRN", date(2026, 11, 27)),
        ("call home by mon @brn", "call home", "BRN", MONDAY),
        ("@oneill talk about Friday with him tomorrow", "talk about Friday with him", "ONE", MONDAY),
        ("write a letter", "write a letter", "DOY", date(2026, 11, 27)),
        ("write @me next tue", "write", "DOY", date(2026, 11, 24)),
        ("visit @brow 27 nov", "visit", "BRN", date(2026, 11, 27)),
        ("visit @BRN 3/12", "visit", "BRN", date(2026, 12, 3)),
        ("visit @BRN 2026-12-04", "visit", "BRN", date(2026, 12, 4)),
        ("visit @BRN in 2 weeks", "visit", "BRN", date(2026, 12, 4)),
        ("visit @BRN wed", "visit", "BRN", date(2026, 11, 26)),
        ("visit 7 jan", "visit", "DOY", date(2027, 1, 7)),
        ("read pages 3", "read pages 3", "DOY", date(2026, 11, 27)),
        ("mark the sun", "mark the", "DOY", MONDAY),
    ):
        assert said(line) == [(what, who, due)], line
        assert READING.read(line).fault == "", line
    assert READING.read("visit @BRN wed").actions[0].moved_from == date(2026, 11, 25)
    two = READING.read("call home @BRN fri; letter @ONE mon")
    assert two.decision == "call home; letter"
    assert [each.owner for each in two.actions] == [BRN, ONE]


def test_no_action_and_what_cannot_be_kept():
    for line, decision in (
        ("no action", "No action"),
        ("-", "No action"),
        ("No action: mum ill", "No action: mum ill"),
    ):
        assert (READING.read(line).decision, READING.read(line).actions) == (decision, ())
    for line, fault in (
        ("", "Type what is decided"),
        ("@BRN fri", "Say what is to be done"),
        ("call @zzz fri", "Nobody here is called @zzz"),
        ("call @BRN @ONE fri", "One person does one thing"),
        ("call @BRN 2026-11-02", "is over"),
        ("x" * 201, "Too long by 1"),
        ("; ".join(["y" * 149] * 4), "Too long by 2"),
        ("call 31/02", ""),
    ):
        assert fault in READING.read(line).fault
    whole = READING.read("; ".join(["z" * 149] * 3))
    assert (len(whole.decision), len(whole.actions), whole.fault) == (451, 3, "")  # minutes are never cut
    unclear = READING.read("call @bro fri; letter @br")
    assert unclear.fault == "Who is @br? Choose one." or unclear.offers == (("@br", BRN), ("@br", BRO))
    assert READING.read("call @brn fri").signature != READING.read("call @brn mon").signature


def test_an_overdue_action_is_settled_by_a_line():
    for line, how, decision in (
        ("done", "done", "done"),
        ("Done: rang twice", "done", "done: rang twice"),
        ("not needed: he moved", "drop", "not needed: he moved"),
        ("fri", "change", "by Fri 27 Nov"),
        ("@brn mon", "change", "Mrs Brown, by Mon 23 Nov"),
    ):
        read = settling_read(READING, line)
        assert (read.how, read.decision, read.fault) == (how, decision, ""), line
    for line in ("", "not needed", "call again fri", "@zzz fri", "done " + "x" * 301, "not needed " + "x" * 301):
        assert settling_read(READING, line).fault
