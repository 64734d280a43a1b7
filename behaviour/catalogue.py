"""The words that a school begins with: types of incident, places, actions, and the census's reasons for a suspension.

Source: what MIS exports and an open MIS use (domain.md 4.7), and the CBDS of May 2026 (domain.md 4.8).
"""

from datetime import date, time
from typing import NamedTuple

BEHAVIOUR, HOMEWORK, UNIFORM = "behaviour", "homework", "uniform"


class Type(NamedTuple):
    """A type of incident: its name, the strand it counts in, points for who did it, and how grave it is, 1 to 4."""

    name: str
    strand: str = BEHAVIOUR
    points: int = 1
    severity: int = 1
    is_prejudice: bool = False
    goes_to_dsl: bool = False


class Level(NamedTuple):
    """A rung of detentions: its name, how long, when it begins, and where."""

    name: str
    minutes: int
    starts_at: time
    place: str


LEVELS = (
    Level("Lunch detention", 20, time(12, 40), "Hall"),
    Level("After-school detention", 30, time(15, 10), "Hall"),
    Level("Head of Year detention", 60, time(15, 10), "Hall"),
    Level("SLT detention", 90, time(15, 10), "Library"),
)

TYPES = (
    Type("Disruption", severity=2),
    Type("Defiance", points=2, severity=2),
    Type("Homework", HOMEWORK),
    Type("Equipment", UNIFORM),
    Type("Uniform", UNIFORM),
    Type("Mobile phone"),
    Type("Lateness to lesson"),
    Type("Truancy", points=2, severity=2),
    Type("Verbal abuse", points=3, severity=3),
    Type("Fighting", points=5, severity=3),
    Type("Assault", points=5, severity=4),
    Type("Damage", points=3, severity=3),
    Type("Theft", points=3, severity=3),
    Type("Smoking or vaping", points=3, severity=3),
    Type("Prohibited item or substance", points=5, severity=4),
    Type("Bullying: verbal", points=3, severity=3, is_prejudice=True),
    Type("Bullying: physical", points=3, severity=3, is_prejudice=True),
    Type("Bullying: online", points=3, severity=3, is_prejudice=True),
    Type("Prejudice: racist", points=3, severity=3, is_prejudice=True),
    Type("Prejudice: religion or belief", points=3, severity=3, is_prejudice=True),
    Type("Prejudice: sexist", points=3, severity=3, is_prejudice=True),
    Type("Prejudice: homophobic", points=3, severity=3, is_prejudice=True),
    Type("Prejudice: transphobic", points=3, severity=3, is_prejudice=True),
    Type("Prejudice: disability", points=3, severity=3, is_prejudice=True),
    Type("Sexual harm or harassment", points=0, severity=4, goes_to_dsl=True),
    Type("Other", points=1),
)

LOCATIONS = (
    "Classroom",
    "Corridor",
    "Canteen",
    "Playground",
    "Playing field",
    "PE block",
    "Toilets",
    "Library",
    "School gate",
    "Bus",
    "Outside school",
    "Online",
)
ACTIVITIES = (
    "Art",
    "Computing",
    "Drama",
    "English",
    "French",
    "Geography",
    "History",
    "Mathematics",
    "Music",
    "PE",
    "RE",
    "Science",
    "Technology",
    "Form time",
    "Assembly",
)
PERIODS = ("Form time", "P1", "P2", "Break", "P3", "P4", "Lunch", "P5", "P6", "After school")
ACTIONS = (
    "Verbal warning",
    "Spoken with",
    "Moved seat",
    "Removed from lesson",
    "Detention",
    "Call home",
    "Letter home",
    "Report card",
    "Restorative meeting",
    "Internal exclusion",
    "Passed to Head of Year",
)
STATUSES = ("Unresolved", "Resolved", "Further action needed", "Review in a week", "Review in six weeks")
ACHIEVEMENTS = (
    ("Effort", 1),
    ("Outstanding work", 2),
    ("Kindness", 1),
    ("Leadership", 2),
    ("Most improved", 2),
    ("100% attendance this week", 1),
    ("Sport or performance", 2),
)

_LIST_OF_16 = date(2020, 9, 1)
_LATER = date(2026, 5, 1)
REASONS = (
    ("PP", "Physical assault against a pupil", _LIST_OF_16),
    ("PA", "Physical assault against an adult", _LIST_OF_16),
    ("VP", "Verbal abuse or threats against a pupil", _LIST_OF_16),
    ("VA", "Verbal abuse or threats against an adult", _LIST_OF_16),
    ("OW", "Use or threat of an offensive weapon or prohibited item", _LIST_OF_16),
    ("BW", "Brought a weapon or prohibited item", _LATER),
    ("BU", "Bullying", _LIST_OF_16),
    ("TB", "Cyber-bullying or threats online", _LATER),
    ("RA", "Racist abuse", _LIST_OF_16),
    ("LG", "Abuse against sexual orientation or gender identity", _LIST_OF_16),
    ("DS", "Abuse relating to disability", _LIST_OF_16),
    ("SM", "Sexual misconduct", _LIST_OF_16),
    ("SB", "Harmful sexual behaviour", _LATER),
    ("MB", "Misogynistic behaviour", _LATER),
    ("AB", "Misandry", _LATER),
    ("DA", "Drug and alcohol related", _LIST_OF_16),
    ("DR", "Drug related", _LATER),
    ("AR", "Alcohol related", _LATER),
    ("SR", "Smoking related", _LATER),
    ("VR", "Vape related", _LATER),
    ("DM", "Damage to property", _LIST_OF_16),
    ("TH", "Theft", _LIST_OF_16),
    ("DB", "Persistent or general disruptive behaviour", _LIST_OF_16),
    ("LD", "Persistent disruption, low level", _LATER),
    ("CB", "Persistent disruption, challenging", _LATER),
    ("MT", "Inappropriate use of social media or online technology", _LIST_OF_16),
    ("MP", "Use of a mobile phone", _LATER),
    ("OS", "Misbehaviour outside school", _LATER),
    ("PH", "Transgression of measures that protect public health", _LIST_OF_16),
)
