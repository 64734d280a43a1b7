"""What the demo school writes in attendance cases: barriers with how they show, views, findings, moves and ends."""

from typing import NamedTuple

from interventions.models import MedicalRequest, PACase, PupilView

How, Answer, Outcome = PupilView.How, MedicalRequest.Answer, PACase.Outcome


class Tale(NamedTuple):
    """Why a student of the demo school is away: the barriers, where it stands, and what the student says."""

    barriers: tuple[tuple[str, str], ...]
    summary: str
    words: str
    how: str = How.SPOKEN


TALES = (
    Tale((("Anxiety or emotionally based school avoidance", "Sick at the gate; fine by ten o'clock on most days"),
          ("Peers", "A falling-out in the summer that nobody mended")),
         "Worst on Mondays and after a weekend. Comes in when met at the gate. Small steps hold; a week "
         "off sets it back.",
         "It's the noise in the corridor. If I can come in by the library door I can do it."),
    Tale((("Family circumstances", "Mother works nights; nobody is up at seven"), ("Transport", "Two buses")),
         "Mornings are the whole of it. Afternoons are 99 %. Grandmother can help from January.",
         "I wake up when mum comes in and by then the bus has gone."),
    Tale((("Health", "Migraine, with letters from the GP until June; nothing since"),),
         "Illness in ones and twos, mostly Thursdays. Evidence asked for; parents see it differently.",
         "My head hurts and nobody believes me.", How.WRITTEN),
    Tale((("Disengagement", "Says that nothing here is worth it; likes the workshop"), ("SEND", "Reading age of 9:4")),
         "Walks out after break. Here every day that the workshop is on. College taster from half term.",
         "I am good at building things. Sitting in French is a waste of everybody's time."),
    Tale((("Caring for somebody at home", "Two brothers to get to school; mother has MS"), ("Housing", "Third move")),
         "Late or away when mother has a bad day. Never complains. Young carers' group has a place.",
         "I don't want anyone to think mum can't cope. Please don't tell my form."),
    Tale((("Holiday in term", "Ten days in September, four last March"),),
         "Two holidays in two years, in term, asked for and refused. Otherwise every day.",
         "It wasn't up to me.", How.DECLINED),
    Tale((("Bullying", "Names on the bus; looked into as a case"), ("Peers", "One friend, in another form")),
         "The bus is worse than the school. Lift agreed with a neighbour until Christmas.",
         "If the bus was all right then school would be all right.", How.DRAWN),
)  # fmt: skip
TALK = "Talked for ten minutes. Knows the figure, wants it to be better; agreed to try for five days in a row."
DONE = (TALK, "Went out with the post.", "Both parents came.", "Found, and written down here.",
        "Rang; reached at once.")  # fmt: skip
LOOKED = "No improvement over four weeks: {missed} of sessions missed."
MOVED = {
    "2": "Four weeks with the tutor and no better.",
    "3": "Under 90 % and two letters without effect.",
    "4": "Panel held, plan agreed, and four weeks later no better.",
    "5": "Notice to improve has run out without improvement.",
    "S": "Less than half of the sessions. The DSL was asked; all agencies meet.",
}
EASED = "Better since the panel: down a stage so that the family sees that it counts."
ENDS = (
    (Outcome.IMPROVED, "Six weeks at 96 %. The gate is not needed any more; mother thanked Mrs Whitaker."),
    (Outcome.PARTLY, "From 78 to 89 %. Moves to the tutor's list; looked at again at half term."),
    (Outcome.ELSEWHERE, "The virtual school leads now; the plan goes on there."),
    (Outcome.LEGAL, "Referred with the evidence; the authority acknowledged it."),
)
WRONG = "Opened for the wrong one of two brothers"
FINDINGS = (
    ("siblings", True, "Sister in Year 7 is at 97 %; brother at the primary comes every day."),
    ("bullying_asked", True, "Asked alone and with the parents: no."),
    ("illness_ruled_out", True, "GP's letter and the nurse: nothing that keeps from school."),
    ("needs", True, "On the register for SEN support; may be disclosed."),
    ("bullying_dealt", False, "None was alleged."),
    ("dsl", True, "Asked; nothing that may not be told."),
    ("notices", True, "None before."),
    ("certificate", True, "Signed by the head, sessions of the last ten weeks."),
    ("improve_result", True, "Ran for three weeks; 9 of 30 sessions missed in it."),
    ("statement", True, "Written by the attendance officer, four pages."),
)
BY_STAGE = {"1": 0, "2": 2, "3": 5, "4": 8, "5": 10, "S": 6}
ASKED = "Illness since September: a letter, a prescription or an appointment card"
ANSWERS = (
    (Answer.ACCEPTED, "Clinic letter of 3 November: appointments every third week until spring."),
    ("", ""),
    (Answer.NOT_ENOUGH, "A card for one morning; eleven mornings were missed."),
    (Answer.NONE, "Asked twice; nothing came."),
)
PAPERS = (
    ("medical", "Letter from the clinic", "Neurology clinic", "To whom it may concern: appointments every third week."),
    ("view", "What I want you to know", "The student", "I can come in by the library door."),
    ("report", "Report of the welfare officer", "Education Welfare", "Seen at home twice. Agreed to mornings first."),
    ("agreement", "Signed attendance agreement", "Mother", "We undertake to ring before half past eight."),
)
REASONS = {
    "1": "Under 96 % and three absences without a reason",
    "2": "Under 93 % after four weeks with the tutor",
    "3": "Persistently absent at the end of the first half term",
}
