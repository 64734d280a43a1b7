"""What came in about students of the demo school, with whom it was shared, and references that were asked for."""

from datetime import timedelta

from contacts.models import Agency, Channel, Information, ReferenceRequest, Share
from contacts.services.information import follow_up_done, information_take
from contacts.services.references import draft_save, reference_add, reference_send, reference_sign
from pastoral.core.rights import Role
from pastoral.core.versions import version_of
from reports.demo.cast import Cast, at
from reports.demo.conduct import token, tutor_of
from reports.demo.home.people import Homes

# From whom, how, what it is, what it says, and what follows.
CAME = (
    ("Anytown Police, Safer Schools", Channel.EMAIL, "Operation Encompass notice",
     "Police were at the address on Sunday night; children at home, not hurt. Silent support.",
     "Check in first thing and watch for tiredness"),
    ("CAMHS Anytown", Channel.LETTER, "Assessment letter", "Generalised anxiety. Time-out card and a named adult.",
     "Make a time-out card and tell the teachers"),
    ("", Channel.LETTER, "Letter from the GP", "Asthma not well controlled; new inhaler, spacer in school.",
     "Bring the care plan up to date"),
    ("Anytown Children's Services", Channel.EMAIL, "Child in need plan, review",
     "Plan goes on; next meeting in six weeks.", ""),
    ("", Channel.EMAIL, "Primary school's pastoral file", "Quiet, worries about new places; a buddy helped.", ""),
    ("School Nursing", Channel.EMAIL, "Hearing test", "Some loss on the left. To sit at the front on the right.",
     "Change the seat plans"),
    ("Virtual School", Channel.EMAIL, "PEP targets", "Reading age, attendance 95 %, one club a week.", "Find a club"),
)  # fmt: skip
NAMES = ("Dr Farouk, Mill Lane Surgery", "St Anne's Primary School")


def information_file(cast: Cast) -> int:
    """File what came in, circulate it, and follow it up: some done, some due, some to come."""
    if Information.objects.exists():
        return 0
    homes, places = Homes.of(cast, "information"), {place.name: place for place in Agency.objects.all()}
    days = cast.days_back(40)
    for n, member in enumerate(homes.some(15, least=3)):
        name, channel, title, words, follow = CAME[n % len(CAME)]
        day, by = days[(n * 13) % len(days)], homes.who("manager", member)
        facts = {
            "received_on": day, "channel": channel, "agency": places.get(name), "title": title, "narrative": words,
            "from_name": "" if name in places else NAMES[n % len(NAMES)], "is_restricted": "Police" in name,
            "filed_at": "Pastoral cabinet, drawer 2" if channel == Channel.LETTER else "",
        }  # fmt: skip
        if follow:
            due = cast.ahead(n % 5 + 1) if n % 2 else cast.days_back(4)[0]
            facts |= {"follow_up": follow, "follow_up_owner": by, "follow_up_on": max(due, day)}
        made = information_take(
            student=homes.students[member.student_id], facts=facts, token=token("information", n), by=by,
            now=at(day, 12), to=[tutor_of(cast, member), homes.who("year", member)], asks="For your information",
        )  # fmt: skip
        if follow and n % 3 == 0:
            follow_up_done(information=made, done="Done the same day; teachers know.", now=at(day, 15))
        shares = list(Share.objects.filter(information=made).order_by("pk"))[: n % 3]
        Share.objects.filter(pk__in=[share.pk for share in shares]).update(read_at=at(day, 14))
    return Information.objects.count()


ASKED = (
    ("Anytown Sixth Form College, application reference", "Consent of the student and the parent, on the form"),
    ("Family court, report on schooling (section 7)", "Order of the court: no consent needed"),
    ("Northgate Academy, in-year transfer", "Consent of the parent, by e-mail"),
    ("Army Careers, character reference", "Consent of the student, signed"),
)
DRAFT = (
    "{name} joined us in Year 7 and is known to staff as a thoughtful member of the form.\n\nAttendance this year and "
    "the punctuality that goes with it are as set out below. {name} works well with one adult to go to, and has taken "
    "part in the form's charity week.\n\nWe know of nothing that would speak against this application."
)


def references_ask(cast: Cast) -> int:
    """Register requests for references: one sent, one to be signed off, one being drafted, one not begun and late."""
    if ReferenceRequest.objects.exists():
        return 0
    homes, signer = Homes.of(cast, "reference"), cast.holder(Role.SLT)
    for n, member in enumerate(homes.some(1000)[: len(ASKED)]):
        requester, consent = ASKED[n]
        day, by = cast.days_back(20 - 3 * n)[0], homes.who("year", member)
        due = cast.days_back(2)[0] if n == len(ASKED) - 1 else cast.ahead(3 + n)
        facts = {"requester": requester, "received_on": day, "due_on": due, "consent": consent, "owner": by,
                 "is_restricted": "court" in requester}  # fmt: skip
        made = reference_add(student=homes.students[member.student_id], facts=facts, token=token("reference", n))
        if n < 3:
            words, now = DRAFT.format(name=member.forename), at(day, 16)
            seen = version_of(made, ("draft",))
            draft_save(reference=made, seen=seen, draft=words, is_ready=n < 2, by=by, now=now)
        if n == 0:
            made.refresh_from_db()
            seen, now = version_of(made, ("draft",)), at(day + timedelta(days=1), 10)
            reference_sign(reference=made, seen=seen, by=signer, now=now)
            reference_send(reference=made, sent_on=now.date(), sent_to="admissions@college.example, by e-mail")
    return ReferenceRequest.objects.count()
