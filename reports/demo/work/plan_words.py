"""The plans of the demo school: why, with what targets, who does what, how it was agreed and how it goes."""

from typing import NamedTuple

from interventions.models import Plan

AWAY, SPOKEN_OF, SEN, PART_TIME, EARLY_HELP = "away", "behaviour", "sen", "part_time", "early_help"
SCHOOL, STUDENT, FAMILY, AGENCY = "school", "student", "family", "agency"
Outcome = Plan.Outcome


class Hazards(NamedTuple):
    """One hazard with its controls: likelihood and severity before and after."""

    words: str
    to_whom: str
    before: tuple[int, int]
    controls: str
    left: tuple[int, int]


class Draft(NamedTuple):
    """One plan to be. back: school days ago that it began. targets: what, and how one will know.

    agreed: "yes", "no" or "" where nobody was asked yet; state: "draft", "running", "changed" or an outcome.
    asks: what is asked of a colleague, who answers with reply; is_restricted: for few.
    """

    kind: str
    whom: str
    reason: str
    back: int
    targets: tuple[tuple[str, str], ...]
    strategies: tuple[tuple[str, str, str], ...]
    strengths: str = "Comes on foot, has two good friends, and says what is the matter when asked quietly."
    student: str = "I want people to talk to me and not about me."
    family: str = "We will do our part if somebody rings before it gets bad."
    agreed: str = "yes"
    state: str = "running"
    asks: str = ""
    reply: str = ""
    hazards: tuple[Hazards, ...] = ()
    is_restricted: bool = False


DRAFTS = (
    Draft("Pastoral support plan", SPOKEN_OF, "Two suspensions this term, at risk of a third", 40,
          (("In lessons on time, all day", "Lesson registers: no more than two lates a week"),
           ("No removal from lessons", "Behaviour log: none in three weeks"),
           ("One adult to go to before it boils over", "Mentor's notes: used it at least twice")),
          ((SCHOOL, "Ten minutes with the mentor before period 1", "Pastoral Manager"),
           (SCHOOL, "A card for five minutes outside, no questions", "All teachers"),
           (STUDENT, "Shows the card before leaving a room", ""),
           (FAMILY, "Telephone in the kitchen overnight", "Mother")),
          state="changed", asks="What works in your lessons, and what does not?",
          reply="Sits well at the front on the left. Short tasks with a tick each; no reading aloud without warning."),
    Draft("Pastoral support plan", AWAY, "Persistently absent since September, worried about coming in", 28,
          (("Five mornings a week by half term", "Register"), ("Knows where to go when it is too much", "Own words")),
          ((SCHOOL, "Met at the library door at 8:35", "Pastoral Manager"),
           (SCHOOL, "Work sent home only when ill", "Tutor"),
           (AGENCY, "Six sessions on worry", "Mental Health Support Team")),
          student="If I can come in by the library I can do it.", asks="Is anything else known to you?",
          reply="Nothing that changes the plan; please tell me if two days are missed together."),
    Draft("Pastoral support plan", AWAY, "Under 80 % last year and a poor start", 150,
          (("90 % by the summer", "Register"),), ((SCHOOL, "Weekly check-in", "Head of Year"),),
          state=Outcome.PARTLY),
    Draft("Individual education plan", SEN, "Reading age three years behind", 38,
          (("Reads a page aloud to one adult", "Reading test in January"),
           ("Uses the overlay without being told", "Teachers' notes")),
          ((SCHOOL, "Fifteen minutes of reading, four times a week", "Learning mentor"),
           (SCHOOL, "Key words before each topic", "All teachers"),
           (FAMILY, "Ten minutes of reading on Sundays", "")),
          student="I like it when I get the words before.", asks="What helps in your subject?",
          reply="Diagrams first, then the text. Works well with Aisha."),
    Draft("Individual education plan", SEN, "Finds it hard to begin written work", 20,
          (("Begins within two minutes", "Teachers tick"),), ((SCHOOL, "Sentence starters on the desk", "Teachers"),),
          asks="How long until the pen moves?", agreed=""),
    Draft("Individual behaviour plan", SPOKEN_OF, "Seven incidents since September, most after lunch", 30,
          (("Lunch without an incident, ten days in a row", "Behaviour log"),
           ("Says sorry the same day", "Restorative notes")),
          ((SCHOOL, "Lunch club, Tuesdays and Thursdays", "Pastoral Manager"),
           (SCHOOL, "Seated by the door in period 5", "Period 5 teachers"), (STUDENT, "Counts to ten, then asks", "")),
          strengths="Strong in art and PE, kind to younger students.", agreed="no"),
    Draft("Individual behaviour plan", SPOKEN_OF, "On report twice and no better", 130,
          (("No more than one incident a week", "Behaviour log"),), ((SCHOOL, "Report card each day", "Tutor"),),
          state=Outcome.MET),
    Draft("Mentoring plan", AWAY, "Says that school is for others", 24,
          (("Names one thing that went well each week", "Mentor's notes"), ("Tries two clubs", "Own words")),
          ((SCHOOL, "Half an hour on Wednesdays", "Mentor"), (STUDENT, "Comes, or says why not", ""))),
    Draft("Mentoring plan", AWAY, "No goal after the options", 3,
          (("Knows three things to do after Year 11", "Own words"),), ((SCHOOL, "Careers adviser", "Tutor"),),
          state="draft", agreed=""),
    Draft("Attendance contract", AWAY, "22 sessions missed without a reason; two letters, one panel", 26,
          (("No unexplained absence for six weeks", "Register"), ("94 % until Christmas", "Register")),
          ((SCHOOL, "Rings before nine when the seat is empty", "Attendance Officer"),
           (SCHOOL, "Breakfast from 8:00", "Pastoral Manager"),
           (FAMILY, "Rings before half past eight when ill", "Mother"),
           (FAMILY, "Brings evidence after three days", "Mother"))),
    Draft("Attendance contract", AWAY, "Two holidays in term", 22,
          (("No leave in term", "Register"),),
          ((SCHOOL, "Sends the dates of the terms", "Office"), (FAMILY, "Asks before booking", "")), agreed="no"),
    Draft("Risk assessment", SPOKEN_OF, "Left the site twice at lunch", 18,
          (), ((SCHOOL, "Radio call when a gate opens", "Duty team"),), agreed="",
          hazards=(
              Hazards("Leaves the site and crosses the main road", "The student", (4, 5),
                      "Seen at 12:35 and 13:10 by a named adult; gate by the road locked; home rung within ten minutes",
                      (2, 5)),
              Hazards("Argument at the gate becomes a fight", "Students near by", (3, 3),
                      "Duty adult at the gate; two who quarrel have lunch at other times", (2, 2)),
              Hazards("Alone on the way home", "The student", (2, 3), "Father collects on these days", (1, 2))),
          is_restricted=True),
    Draft("Risk assessment", AWAY, "Fainted twice in PE; epilepsy looked into", 14,
          (), ((SCHOOL, "Two adults know what to do in each lesson", "SENCO"),),
          hazards=(
              Hazards("Falls in PE or on stairs", "The student", (3, 4), "Ground-floor rooms; buddy; no climbing wall",
                      (2, 2)),)),
    Draft("Reduced timetable", PART_TIME, "Back after illness, step by step", 20,
          (("Full days from January", "Register"),), ((SCHOOL, "Named adult at 8:40", "Pastoral Manager"),
                                                      (FAMILY, "Brings and fetches", "Father"))),
    Draft("Reduced timetable", PART_TIME, "Afternoons too much for now", 16,
          (), ((SCHOOL, "Work sent home each Friday", "Tutor"),)),
    Draft("Early help assessment", EARLY_HELP, "Mornings, money, and a mother who is alone with three", 18,
          (("On time four days of five", "Register"), ("One person for the family to ring", "Family's words")),
          ((SCHOOL, "Breakfast club", "Pastoral Manager"), (AGENCY, "Visits on Wednesdays", "Family support worker"),
           (FAMILY, "Bags packed in the evening", "Mother"))),
    Draft("Early help assessment", EARLY_HELP, "Low mood, father away", 12,
          (("Talks to one adult a week", "Own words"),), ((AGENCY, "Young people's worker", "Family Hub"),)),
)  # fmt: skip
REFUSED = "Does not want a plan that follows to the next school"
HOW = ("signed at the meeting", "by e-mail", "on the telephone, copy sent")
PRESENT = "Student, mother, Head of Year, Pastoral Manager"
REVIEWED = (
    (
        "Three weeks looked at. Mornings are better; after lunch is not.",
        "It is easier when I know who is there.",
        "We see a difference on weekdays.",
    ),
    (
        "Card used four times, each time back in five minutes.",
        "I don't need it in maths any more.",
        "Asked for a call when it goes well too.",
    ),
)
NEAR = (("met", "Four weeks in a row"), ("partly", "On most days"), ("not", "Not yet"))
NEW_TARGET = ("Lunch without an incident, ten days in a row", "Behaviour log")
CHANGED = "After the first review: lunch is where it goes wrong"
CAME = {
    Outcome.MET: "Every target met two reviews in a row; the tutor keeps an eye on it.",
    Outcome.PARTLY: "Attendance up by six points, not yet at the target; goes on as a mentoring plan.",
}
