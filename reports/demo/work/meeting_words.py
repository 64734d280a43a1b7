"""The meetings of the demo school: what for, who came, what was said of whom, and what was to be done."""

from typing import NamedTuple

from interventions.models import Meeting

Purpose = Meeting.Purpose
AWAY, SPOKEN_OF, NOBODY = "away", "behaviour", ""


class Sitting(NamedTuple):
    """One meeting to be. back: school days ago, fewer than none for one to come. said: notes and decision of each.

    priorities: each with how it ended, "" for one that goes on. todos: what is to be done, for the students in turn;
    "" as whom: for nobody alone. with_home: the family was there. again: a meeting follows, to which what is open goes
    over.
    """

    purpose: str
    title: str
    back: int
    whom: str = AWAY
    students: int = 1
    said: tuple[tuple[str, str], ...] = ()
    notes: str = ""
    priorities: tuple[tuple[str, str], ...] = ()
    todos: tuple[str, ...] = ()
    with_home: bool = False
    worker: str = ""
    again: int = 0
    is_closed: bool = True
    is_restricted: bool = False


SITTINGS = (
    Sitting(Purpose.PANEL, "Attendance panel", 21, AWAY, 3,
            (("22 sessions missed, 14 of them without a reason. Mother rings when she can; two jobs.",
              "Contract offered; breakfast club from Monday"),
             ("Illness in ones and twos. Evidence asked for in October, none came.",
              "Illness not authorised without evidence from now on"),
             ("Better since the mentoring began: 18 of 20 sessions.", "Stays at stage 2; looked at in four weeks")),
            notes="Three families asked, two came. The third is visited on Thursday.",
            priorities=(("Families who did not answer two letters", ""),
                        ("Mondays: who is away is rung by 9:30", "")),
            todos=("Write the contract and send it home", "Ring the surgery about a letter", "Say well done at home"),
            again=3),
    Sitting(Purpose.FAMILY, "Meeting with the family", 14, AWAY, 1,
            (("Looked at the year together. The bus is the trouble, and Mondays. Mother will walk to the gate until "
              "Christmas.", "Met at the gate for two weeks; called home each Friday"),),
            todos=("Call home each Friday until Christmas", "Ask for a bus pass"), with_home=True),
    Sitting(Purpose.REINTEGRATION, "Back after the suspension", 10, SPOKEN_OF, 1,
            (("Knows what it was for. Wrote to the teacher. Afraid of the corridor after period 4.",
              "Leaves period 4 two minutes early for a week"),),
            todos=("Tell the period 4 teachers",), with_home=True),
    Sitting(Purpose.TAF, "Team around the family", 12, AWAY, 1,
            (("Visits have begun; mornings a little better. The boiler is mended. Money is the worry now.",
              "Family hub goes on; school holds the breakfast place"),),
            notes="Next time without the housing office.",
            todos=("Form for the hardship fund", "Free school meals form"),
            with_home=True, worker="Mel Hartley", again=8),
    Sitting(Purpose.YEAR_TEAM, "Year team", 9, NOBODY, 0,
            notes="Assessment week: who is sick before tests. Duty at the far gate. Coats.",
            priorities=(("Lates after lunch", ""), ("Empty seats in period 5", ""),
                        ("One good call home a week from each tutor", "")),
            todos=("Put the list for calm before tests together", "Ask for a second adult at the far gate"), again=1),
    Sitting(Purpose.REVIEW, "Review of the plan", 6, SPOKEN_OF, 1,
            (("Two targets of three are near. Lunch is where it goes wrong.", "Lunch club added"),),
            todos=("Ask for a place in the lunch club",)),
    Sitting(Purpose.OTHER, "About one student, for few", 5, AWAY, 1,
            (("What was said is for those who were there.", "Looked at again on Friday"),),
            todos=("See the student each morning",), is_restricted=True),
    Sitting(Purpose.FAMILY, "Meeting with the family", -2, AWAY, 1, with_home=True, is_closed=False),
    Sitting(Purpose.PANEL, "Attendance panel, lower school", 0, AWAY, 4,
            (("Rang on Monday and Tuesday; nobody.", ""),), todos=("Visit the home",), is_closed=False),
    Sitting(Purpose.YEAR_TEAM, "Year team, first look", 42, NOBODY, 0,
            notes="Who is new, who sits where, whose brother or sister we know.",
            priorities=(("Every new student has a named friend by half term",
                         "done: Tutors named one for each; the three left were paired by the Pastoral Manager"),
                        ("A quieter corridor after period 4",
                         "dropped: The timetable changed on 5 October, and it is quiet now"),
                        ("Coats off before registration", "")),
            todos=("Ask the tutors for the list of friends",)),
)  # fmt: skip
RAG_LINES = ("Call home", "No action", "Seen by the tutor", "Letter 2", "Meet at the gate", "Call home")
RAG_TODOS = {"Call home": "Call home about the week", "Letter 2": "Send attendance letter 2",
             "Meet at the gate": "Meet at the gate for a week"}  # fmt: skip
LOOKED_AT = 8
TASKS = (
    "Ring home about Monday", "Look at the lates again", "Give the postcard", "Ask the French teacher how it goes",
    "Check the uniform loan came back", "Find a place in the breakfast club", "Read the letter from the clinic",
    "Tell the tutor what was agreed", "Ask whether the bus pass came", "See at the gate on Wednesday",
    "Send the revision list home", "Look at the screen again with the student",
)  # fmt: skip
DONE = ("Done", "Rang, reached mother", "Came on time all week", "Given, very pleased")
NEEDS = (
    (3, 1, 2, 0, 2, 3, 1, 1, 2),
    (1, 0, 3, 2, 1, 1, 0, 0, 3),
    (2, 2, 1, 0, 3, 2, 3, 2, 1),
    (0, 1, 2, 3, 1, 0, 0, 1, 2),
)
NEED_WORDS = "Mornings and friends first. Likes football; wants somebody to ask how it went."
