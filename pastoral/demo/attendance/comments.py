"""What the office types beside a mark."""

from random import Random

from pastoral.demo.people import Student
from pastoral.demo.randoms import chance

_COMMENTS = {
    "I": (
        0.05,
        "Phoned in by {carer}|Sickness bug, phoned in by {carer}|Migraine, text from home|Cold and temperature|"
        "Stomach upset, message left by {carer}|Sent home by first aid yesterday|Chest infection, note seen",
    ),
    "O": (
        0.04,
        "No reply to two calls|{carer} unaware, will speak to them|Reason not accepted|Voicemail left, no reply|"
        "Stayed at home to mind siblings",
    ),
    "M": (0.3, "Orthodontist|Hospital appointment, letter seen|Dentist|Optician|CAMHS appointment, letter seen"),
    "L": (0.025, "Bus late|Overslept|Traffic|Dropped a sibling at primary|Forgot kit and went back"),
    "U": (0.08, "Overslept|Signed in at reception|Missed the bus"),
    "N": (0.3, "Voicemail left for {carer}|Text sent 09:40|No answer, try again"),
}


def comment_draw(random: Random, code: str, student: Student) -> str:
    """Draw what the office typed beside a mark; mostly nothing."""
    odds, wordings = _COMMENTS[code]
    if not chance(random, odds):
        return ""
    wording = random.choice(wordings.split("|"))
    carer = student.family.ties[0].adult.relationship.lower()
    carer = carer.capitalize() if wording.startswith("{carer}") else carer
    return wording.format(carer=carer)
