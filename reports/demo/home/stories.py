"""What is said in the calls, meetings and letters of the demo school. {name}: the student's forename."""

from typing import NamedTuple

from contacts.models import Agency, Channel, Enquiry, Outcome, Purpose, Result, Seen


class Said(NamedTuple):
    """One thing said. outcome: of Outcome. step: what was promised, "" for nothing. is_in: they rang us."""

    words: str
    outcome: str
    step: str = ""
    channel: str = Channel.PHONE
    is_in: bool = False


Kind = Agency.Kind
INFORMED, REASON, AGREED = Outcome.INFORMED, Outcome.REASON_GIVEN, Outcome.AGREED
MEETING, NOT_AGREED, COMPLAINT = Outcome.MEETING_SET, Outcome.NOT_AGREED, Outcome.COMPLAINT

ABSENT = (
    Said("Sick twice in the night. Will stay at home until 48 hours clear.", REASON),
    Said("Temperature and a bad cough; hopes to send {name} in tomorrow.", REASON),
    Said("Migraine again, third this half term. Has a GP appointment on Thursday.", REASON, "Ask what the GP said"),
    Said("Missed the bus and then would not walk in. Will bring {name} for period 3.", REASON),
    Said("Did not know that {name} was not in school. Will ring back when they have spoken.", INFORMED, "Ring back"),
    Said("Orthodontist at 9:40, forgot to send the card. Back by lunch.", REASON, is_in=True),
    Said("{name} says a group in maths has been saying things. Does not want to come in. Told we would look at it "
         "today and ring before the end of school.", AGREED, "Speak with the maths teacher and ring home"),
    Said("Chesty, on antibiotics since yesterday. Asked for work to be put online.", REASON, "Put work online"),
    Said("Funeral of a great-uncle. Asked us to be gentle with {name} tomorrow.", REASON, is_in=True),
    Said("Slept in, both working nights. Agreed a wake-up call at 7:15 from grandmother for two weeks.", AGREED),
    Said("Headache and tummy ache since Sunday. Asked whether it is worth getting the school nurse involved; yes.",
         REASON, "Refer to the school nurse"),
    Said("Would not get out of bed, mum at the end of her tether. Offered breakfast with Mrs Whitaker at 8:20.",
         AGREED, "Check breakfast club has a place"),
)  # fmt: skip
LATE = (
    Said("Four lates this fortnight, 52 minutes. New baby at home. Will leave ten minutes earlier.", AGREED),
    Said("Bus is the 8:21 and it is often full. Will try the 8:05 from Monday.", AGREED, "Look at the lates again"),
    Said("Says {name} leaves the house at 8 every day. Shown the gate times; will walk in with {name} this week.",
         AGREED),
    Said("Drops a brother at primary first. Asked for ten minutes' grace, explained why we cannot.", NOT_AGREED),
)  # fmt: skip
BEHAVIOUR = (
    Said("Told what happened and what the sanction is. Disappointed; will talk tonight and take the phone.", INFORMED),
    Said("Heard {name}'s side already. Accepts the detention, wants the other student dealt with as well.", INFORMED),
    Said("Thinks it is always {name} who gets the blame. Went through the statements; agreed to meet.", MEETING,
         "Meet with the Head of Year"),
    Said("Very supportive. Asked for a report card so that they can see every lesson.", AGREED, "Start a report card"),
    Said("Does not accept it. Wants it in writing before {name} sits any detention.", NOT_AGREED,
         "Write with what happened"),
    Said("Upset to hear it, thanked us for ringing the same day. Will bring {name} to apologise.", AGREED),
    Said("Things are hard at home since dad moved out; has seen it in {name} too. Will think about early help.",
         INFORMED, "Ring about early help"),
)  # fmt: skip
UNIFORM = (
    Said("Shoes on order, here by Friday. Trainers agreed until then, note in planner.", AGREED),
    Said("Blazer too small, cannot buy one before payday. Offered one from the uniform shop; grateful.", AGREED,
         "Put a blazer by at reception"),
    Said("Says everybody wears hoodies. Told the policy, will send the jumper tomorrow.", INFORMED),
    Said("Pencil case lost at football. Will replace it at the weekend.", INFORMED),
)  # fmt: skip
HOMEWORK = (
    Said("Did not know about the homework app. Sent the log-in while on the phone.", INFORMED),
    Said("No quiet place at home. Homework club on Tuesdays and Thursdays agreed.", AGREED, "See if {name} came"),
    Said("{name} told them it was handed in. Will check the app every Sunday.", AGREED),
)  # fmt: skip
PROGRESS = (
    Said("Went through the data drop. Pleased with English, worried about maths; intervention on Wednesdays.",
         INFORMED),
    Said("Wanted to know about moving sets. Told how it is decided and when.", INFORMED, is_in=True),
    Said("Mock results. Asked what they can do at home; sent the revision list.", AGREED, "Send the revision list"),
)  # fmt: skip
GOOD = (
    Said("Rang to say how well {name} has settled. Mum was lost for words, in a good way.", INFORMED),
    Said("{name} stayed to help clear up after the concert without being asked. Dad delighted.", INFORMED),
    Said("Full marks in the science test. Told home; pizza tonight, apparently.", INFORMED),
    Said("A whole half term without one late. Said well done from all of us.", INFORMED),
    Said("Looked after the new boy at lunch all week. Home very proud.", INFORMED),
    Said("First piece of art up in the corridor. Nan cried.", INFORMED),
)  # fmt: skip
WELFARE = (
    Said("Not sleeping since the move. Agreed a check-in with the Pastoral Manager on Mondays.", AGREED,
         "Ask how the first check-ins went"),
    Said("Worried that {name} is not eating lunch. Will ask the canteen to keep an eye and ring on Friday.", AGREED,
         "Ring on what the canteen saw"),
    Said("Money very tight this month. Food bank voucher and the free school meals form given.", AGREED,
         "Check the free school meals form"),
    Said("Has been caring for a younger brother before school. Young carers' group explained, will think about it.",
         INFORMED, "Ask about young carers"),
    Said("Friendship fallout, messages in a group chat at the weekend. Screenshots to come by e-mail.", INFORMED,
         "Look at the screenshots"),
    Said("Gran died on Tuesday. {name} wants to be in school, may need to step out. All teachers told.", INFORMED,
         is_in=True),
)  # fmt: skip
MEET = (
    Said("Attendance meeting. Looked at the year together; agreed every day until the holiday, and a call on "
         "Fridays.", AGREED, "Ring on Friday", Channel.MEETING),
    Said("Met with both parents and {name}. Agreed seat plan, report card, and one person to go to.", AGREED, "",
         Channel.MEETING),
    Said("Came to see us without an appointment, upset about the detention. Left calmer; will write.", COMPLAINT,
         "Answer the complaint", Channel.IN_PERSON, is_in=True),
    Said("Back to school meeting after the suspension. {name} knows what is expected.", AGREED, "", Channel.MEETING),
)  # fmt: skip
VISITED = (
    Said("Nobody had heard from {name} for three days. Seen at the door, well but low. Back tomorrow with mum.",
         AGREED, "Meet {name} at the gate", Channel.HOME_VISIT),
    Said("Took work round and had a cup of tea. House warm, {name} up and dressed. Uniform was wet, that was all.",
         REASON, "", Channel.HOME_VISIT),
    Said("Spoke on the step. Dad will drive {name} for the next fortnight.", AGREED, "See the register in two weeks",
         Channel.HOME_VISIT),
)  # fmt: skip
WITH_AGENCY = {
    Kind.CHILDRENS_SERVICES: "Asked for attendance and how {name} presents. Told; next core group is on the 2nd.",
    Kind.CAMHS: "On the list, twelve weeks. Sleep advice sent meanwhile.",
    Kind.HEALTH: "Will see {name} at the next drop-in in school.",
    Kind.EARLY_HELP: "Has begun, Wednesdays after school at home. Mornings are the first aim.",
    Kind.YOUTH_JUSTICE: "First session kept, {name} talked more than expected. Next one in a fortnight.",
    Kind.EDUCATION_WELFARE: "Has the marks and the minutes; meeting with the family to be offered next week.",
    Kind.CHARITY: "Place in the group from next week; will ring home to say so.",
}

TRIED = (
    (Result.NO_ANSWER, "Rang out."),
    (Result.VOICEMAIL, "Left a message to ring the office, nothing more."),
    (Result.NO_ANSWER, "Rang out twice."),
    (Result.VOICEMAIL, "Voicemail: asked to ring back before three."),
    (Result.WRONG_NUMBER, "A stranger answered. {name} to be asked for the new number."),
    (Result.NO_ANSWER, "Straight to engaged."),
    (Result.REFUSED, "Said they were driving and had nothing to say about it."),
)


class Told(NamedTuple):
    """A purpose that tutors and year leaders contact homes for, what is said then, and how often in a thousand."""

    purpose: str
    said: tuple[Said, ...]
    per_thousand: int
    role: str


TOLD = (
    Told(Purpose.GOOD_NEWS, GOOD, 62, "tutor"),
    Told(Purpose.UNIFORM, UNIFORM, 30, "tutor"),
    Told(Purpose.HOMEWORK, HOMEWORK, 24, "tutor"),
    Told(Purpose.PROGRESS, PROGRESS, 30, "year"),
    Told(Purpose.WELFARE, WELFARE, 44, "manager"),
    Told(Purpose.MEETING, MEET, 22, "year"),
    Told(Purpose.ABSENCE, VISITED, 9, "manager"),
)


class Ask(NamedTuple):
    """One enquiry as it came in, and what came of it."""

    topic: str
    channel: str
    words: str
    outcome: str
    is_urgent: bool = False


T = Enquiry.Topic
ASKS = (
    Ask(T.ATTENDANCE, Channel.PHONE, "Why is {name} down as absent on Tuesday afternoon? Was at the dentist, card was "
        "handed in at reception.", "Mark put right to M; mum told and thanked."),
    Ask(T.BULLYING, Channel.EMAIL, "{name} has come home crying three nights running. The same two girls in form. I "
        "want to know what is being done.", "Looked into as a case; met with mum on the Thursday.", True),
    Ask(T.LEARNING, Channel.EMAIL, "Could somebody tell me when the Year's options evening is, and whether {name} can "
        "still change French for Spanish?", "Date sent; Spanish is full, on the waiting list."),
    Ask(T.UNIFORM, Channel.PHONE, "PE kit gone from the changing room for the second time. Named inside the collar.",
        "Found in lost property, collected."),
    Ask(T.WELFARE, Channel.PHONE, "{name} has a new inhaler. Who do I give the form to?",
        "Care plan updated by the office, form on file."),
    Ask(T.BEHAVIOUR, Channel.EMAIL, "I do not agree with the detention on Friday. Please ring me before it happens.",
        "Rung the same day; detention stands, moved to Monday."),
    Ask(T.SEN, Channel.EMAIL, "When is {name}'s review, and can the reading test be done before it?",
        "SENCO wrote with the date; test booked."),
    Ask(T.ADMINISTRATION, Channel.PHONE, "We are moving on the 1st. Here is the new address.",
        "Changed in the MIS and checked on the phone."),
    Ask(T.ADMINISTRATION, Channel.EMAIL, "Still cannot get into the payment app for the trip to York.",
        "New link sent; paid."),
    Ask(T.COMPLAINT, Channel.LETTER, "A formal complaint about how {name} was spoken to in the canteen by a member of "
        "staff.", "Stage 1 answered by the Deputy; parent satisfied."),
    Ask(T.ATTENDANCE, Channel.EMAIL, "Asking for two days in December for my sister's wedding in Cork.",
        "Form sent; refused by the head, letter gone."),
    Ask(T.WELFARE, Channel.IN_PERSON, "Came to reception: {name}'s dad is in hospital, might be quiet this week.",
        "All teachers told; check-in each morning."),
    Ask(T.LEARNING, Channel.PHONE, "Would like to know why {name} has moved down a set in science.",
        "Head of science rang and explained; looked at again in January."),
)  # fmt: skip
OPEN_ASKS = (
    Ask(T.BULLYING, Channel.PHONE, "Somebody has made a page about {name} online. She has found it this morning and "
        "does not want to come in. Needs a call back today.", "", True),
    Ask(T.LEARNING, Channel.EMAIL, "What is the homework for the Christmas holiday, and is there help with maths?", ""),
    Ask(T.BEHAVIOUR, Channel.EMAIL, "{name} says the detention was for something another student did. Who can I talk "
        "to?", ""),
    Ask(T.UNIFORM, Channel.PHONE, "Coat taken from the pegs outside the gym on Thursday, navy, age 14.", ""),
)  # fmt: skip
FROM_NOBODY = (
    Ask(T.ADMINISTRATION, Channel.PHONE, "A neighbour in Mill Lane: three students in our uniform climb over the wall "
        "at lunch. Would not give their names.", ""),
    Ask(T.OTHER, Channel.EMAIL, "A mother of twins in Year 5 asks for a visit, and how we help with diabetes.", ""),
)  # fmt: skip

R = Seen.Reason
SEEN = (
    (R.CHECK_IN, ""), (R.CHECK_IN, "Cheerful, football on Saturday."), (R.ATTENDANCE, "Knows the figure; aims for 95."),
    (R.FRIENDSHIPS, "Made it up with the others. Will say if it starts again."), (R.PRAISE, "Postcard given."),
    (R.LATENESS, "New alarm clock. Says the bus."), (R.LEARNING, "Maths is hard; asked for a seat at the front."),
    (R.WELFARE, "Tired. Up late with the baby. Will ring home."), (R.DROP_IN, "Wanted five minutes, nothing more."),
    (R.BEHAVIOUR, "Went through the report card. Two lessons to go."), (R.CHECK_IN, "Settling in, has two friends."),
)  # fmt: skip
