"""Incidents and achievements."""

from collections.abc import Callable

from django.db import connection

from behaviour.importers.words import IS_FOR_DSL
from behaviour.models import Achievement, Incident, IncidentType, Involvement
from pastoral.core.imports.pipeline import Outcome
from students.models import Student

Run = Callable[..., Outcome]

INCIDENTS = (
    "Incident ID,Date,Time,Adno,Role,Type,Activity,Location,Points,Status,Action Taken,Recorded By,Comments\n"
    "B1,16/11/2026,13:13,001010,Victim,Bullying: verbal,,Online,0,Resolved,,HUJ027,\n"
    'B1,16/11/2026,13:13,001004,Perpetrator,Bullying: verbal,Drama,Online,4,Resolved,Call home,COK008,"Said, twice"\n'
    "B2,16/11/2026,9:05,001004,Perpetrator,Uniform,,,1,Resolved,,COK008,\n"
)


def test_the_one_who_did_it_speaks_for_the_incident(school: list[Student], run: Run) -> None:
    first = run("behaviour.csv", INCIDENTS)
    assert (first.new, first.changed, first.same, first.refused_count) == (3, 0, 0, 0)
    incident = Incident.objects.get(external_id="B1")
    assert (incident.activity, incident.recorded_by, incident.involvements.count()) == ("Drama", "COK008", 2)
    assert Involvement.objects.get(points=4).comment == "Said, twice"
    second = run("behaviour.csv", INCIDENTS)
    assert (second.new, second.changed, second.same) == (0, 0, 3)


def test_a_type_that_tells_of_harm_is_the_dsls_until_it_is_placed(school: list[Student], run: Run) -> None:
    """By whatever name and in whatever letters the MIS sends it."""
    names = ("SEXUAL HARM or harassment", "Sexual Assault", "sexual assault", "Safeguarding", "Verbal abuse of staff")
    lines = [f"B{n},16/11/2026,001004,Perpetrator,{name}" for n, name in enumerate((*names, "uniform", "Sexist joke"))]
    words = "\n".join(("Incident ID,Date,Adno,Role,Type", *lines))
    run("behaviour.csv", words)
    held = Incident.objects.order_by("external_id").values_list("type", flat=True)
    assert (held[0], held[1] == held[2], held[5]) == ("Sexual harm or harassment", True, "Uniform")
    closed = IncidentType.objects.filter(goes_to_dsl=True).values_list("name", flat=True)
    assert {name.casefold() for name in closed} == {"sexual harm or harassment", "sexual assault", "safeguarding"}
    assert IncidentType.objects.unplaced().count() == 4
    IncidentType.objects.filter(name="Safeguarding").update(strand="behaviour", goes_to_dsl=False)
    assert run("behaviour.csv", words).same == len(lines)
    assert not IncidentType.objects.get(name="Safeguarding").goes_to_dsl


def test_the_words_that_tell_of_a_dsls_matter(db: None) -> None:
    """What is neither is somebody's to place; these two tables are what schools were seen to write."""
    dsls = (
        "Inappropriate touching", "Child on child harm", "Peer-on-peer", "Intimate images", "Up-skirting", "Disclosure",
        "Neglect", "CP concern", "Suicidal ideation", "Domestic violence", "Extremism", "Radicalization", "Self harm",
        "Sexual harassment", "Physical abuse", "Online abuse", "County lines", "Harassment",
    )  # fmt: skip
    ordinary = (
        "Abusive language", "Swearing / abusive", "Abuse of staff", "Racial harassment", "Bullying (harassment)",
        "Verbal abuse to staff", "Racist abuse", "Physical abuse of equipment", "Extremely rude", "Intimidation",
        "Late on the touchline", "Sexist language",
    )  # fmt: skip
    with connection.cursor() as cursor:
        asked = f"SELECT name FROM unnest(%s::text[]) held (name) WHERE {IS_FOR_DSL.format(name='name')}"
        cursor.execute(asked, [[*dsls, *ordinary]])
        assert {name for (name,) in cursor.fetchall()} == set(dsls)


def test_changes_go_into_history_and_missing_columns_say_nothing(school: list[Student], run: Run) -> None:
    run("behaviour.csv", INCIDENTS)
    Involvement.objects.filter(points=4).update(statement="I slipped.")
    outcome = run("behaviour.csv", INCIDENTS.replace("Uniform", "Defiance").replace(",Drama,", ",Art,"))
    assert (outcome.changed, outcome.same) == (2, 1)
    run("behaviour.csv", INCIDENTS.replace("Uniform", "Defiance").replace(",Drama,", ",Art,").replace("Said,", "Told,"))
    told = Involvement.objects.get(points=4)
    assert (told.comment, told.statement) == ("Told, twice", "I slipped.")  # what was taken here is no import's
    assert Incident.pgh_event_model.objects.count() == 2
    few = "Incident ID,Date,Adno,Role,Type\nB2,16/11/2026,001004,Perpetrator,Defiance\n"
    assert run("behaviour.csv", few).same == 1
    assert Involvement.objects.filter(points=1).exists()


def test_faults(school: list[Student], run: Run) -> None:
    heading = INCIDENTS.partition("\n")[0]
    lines = (
        "B1,16/11/2026,13:13,001004,Victim,Fighting,,,2,,,,",
        "B1,16/11/2026,13:13,001004,Boss,Fighting,,,2,,,,",
        "B1,23/11/2026,13:13,001004,Victim,Fighting,,,,,,,",
        "B1,16/11/1926,13:13,001004,Victim,Fighting,,,,,,,",
        ",16/11/2026,13:13,001004,Victim,Fighting,,,,,,,",
        "B1,16/11/2026,25:13,001004,Victim,Fighting,,,,,,,",
        "B1,16/11/2026,13:13,001004,Victim,Fighting,,,,,,,",
        "B1,16/11/2026,13:13,1004,Witness,Fighting,,,,,,,",
    )
    outcome = run("behaviour.csv", "\n".join((heading, *lines)))
    columns = ["Points", "Role", "Date", "Date", "Incident ID", "Time", "Adno"]
    assert [(one.line, one.column) for one in outcome.refused] == list(zip((2, 3, 4, 5, 6, 7, 9), columns, strict=True))


def test_achievements(school: list[Student], run: Run) -> None:
    words = (
        "Achievement ID,Date,Adno,Type,Activity,Points,Awarded By\n"
        "A1,16/11/2026,001004,Kindness,Art,1,RUL035\nA2,16/11/2026,001010,Leadership,,5,RUL035\n"
        "A2,16/11/2026,001010,Leadership,,5,RUL035\n"
    )
    first = run("achievements.csv", words)
    assert (first.new, first.refused_count, first.refused[0].column) == (2, 1, "Achievement ID")
    outcome = run("achievements.csv", words.replace("Kindness", "Effort"))
    assert (outcome.new, outcome.changed, outcome.same) == (0, 1, 1)
    assert Achievement.objects.get(external_id="A1").type == "Effort"
