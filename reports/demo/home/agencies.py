"""The agencies beside the demo school: the directory, who works with whom, referrals, and early help."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from contacts.models import (
    Agency,
    AgencyLink,
    AgencyWorker,
    Channel,
    Consent,
    EarlyHelp,
    EarlyHelpReview,
    Outcome,
    Party,
    Purpose,
    Referral,
    Result,
)
from contacts.services.contacts import Told, With, contact_log
from contacts.services.early_help import action_add, help_close, help_open, review_hold, review_set
from contacts.services.referrals import referral_send, referral_step
from pastoral.core.rights import Role
from pastoral.core.versions import version_of
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.home.contacts import school_days
from reports.demo.home.people import Homes
from reports.demo.home.stories import WITH_AGENCY
from students.models import StudentFact

K = Agency.Kind


class Place(NamedTuple):
    """One agency of the directory, with who works there."""

    name: str
    kind: str
    telephone: str
    offers: str
    threshold: str
    how: str
    workers: tuple[tuple[str, str], ...]


PLACES = (
    Place("Anytown Children's Services", K.CHILDRENS_SERVICES, "01632 960301", "Assessment, child in need, protection",
          "Significant harm, or a need that others cannot meet", "MASH form; ring first when it is urgent",
          (("Joanne Pike", "Social worker, assessment team"), ("Darren Osei", "Social worker, looked after children"))),
    Place("Anytown Family Hub", K.EARLY_HELP, "01632 960318", "Family support at home, parenting groups",
          "Level 2 and 3, with consent", "Early help assessment by e-mail",
          (("Mel Hartley", "Family support worker"), ("Rukhsana Bibi", "Early help co-ordinator"))),
    Place("CAMHS Anytown", K.CAMHS, "01632 960322", "Mental health assessment and treatment",
          "Moderate to severe; not for school refusal alone", "Referral form with the SDQ",
          (("Dr Helen Moss", "Clinical psychologist"),)),
    Place("Mental Health Support Team", K.HEALTH, "01632 960325", "Low mood and worry, six sessions in school",
          "Mild to moderate", "Speak with the practitioner on Tuesdays", (("Tom Breeze", "Education practitioner"),)),
    Place("School Nursing", K.HEALTH, "01632 960340", "Drop-in, care plans, sleep and continence", "Any student",
          "Form to the hub, or the Thursday drop-in", (("Sister Bola Adeyemi", "School nurse"),)),
    Place("Anytown Police, Safer Schools", K.POLICE, "01632 960350", "Talks, harm reduction, missing children",
          "Any concern about crime", "Ring or e-mail", (("PC 4471 Leanne Frost", "Safer schools officer"),)),
    Place("Youth Justice Service", K.YOUTH_JUSTICE, "01632 960358", "Prevention, orders, knife crime programme",
          "At risk of offending", "Prevention form", (("Chris Mbeki", "Prevention worker"),)),
    Place("Education Welfare", K.EDUCATION_WELFARE, "01632 960362", "Attendance casework, fixed penalties",
          "Ten unauthorised sessions", "Portal", (("Karen Tully", "Education welfare officer"),)),
    Place("Virtual School", K.VIRTUAL_SCHOOL, "01632 960370", "PEPs, pupil premium plus", "Looked after children",
          "The student's own adviser", (("Sunita Rai", "Adviser, years 7 to 11"),)),
    Place("Young Carers Anytown", K.CHARITY, "01632 960381", "Groups, trips, somebody to talk to",
          "Cares for somebody at home", "Self-referral or school", (("Abi Lowe", "Project worker"),)),
    Place("Willow Bereavement", K.CHARITY, "01632 960385", "Eight sessions for children after a death", "Any",
          "By the family; wait about ten weeks", ()),
    Place("Brookfield Alternative Provision", K.PROVIDER, "01632 960114", "Construction, hair, motor; 1 to 3 days",
          "By agreement with the Deputy", "Commissioning form", (("Steve Nolan", "Head of centre"),)),
)  # fmt: skip


class Sent(NamedTuple):
    """One referral: to whom, why, and how it went on."""

    place: str
    reason: str
    shared: str
    consent: str
    state: str
    end: str = ""


S, GIVEN = Referral.State, Consent.GIVEN
SENT = (
    Sent("CAMHS Anytown", "Panic in the mornings since June, not sleeping, attendance falling.", "SDQ, attendance",
         GIVEN, S.ACCEPTED),
    Sent("Mental Health Support Team", "Worry about tests, leaves lessons to be sick.", "Form, summary of check-ins",
         GIVEN, S.DONE, "Six sessions, uses the breathing card, in every lesson since."),
    Sent("CAMHS Anytown", "Low mood after the separation at home.", "SDQ, letter from the GP", GIVEN, S.REFUSED,
         "Below threshold: to the Mental Health Support Team."),
    Sent("School Nursing", "Sleep: four hours a night by own account.", "Sleep diary", GIVEN, S.SENT),
    Sent("Young Carers Anytown", "Gets two brothers to school; mother has MS.", "Name and address", GIVEN, S.SENT),
    Sent("Anytown Children's Services", "Bruise explained in two ways; afraid to go home.", "Body map, record of words",
         Consent.RISK, S.ACCEPTED),
    Sent("Education Welfare", "14 unauthorised sessions, two meetings missed.", "Marks, letters, minutes",
         Consent.NOT_NEEDED, S.SENT),
    Sent("Youth Justice Service", "Found with a lock knife on the way to school.", "Chronology", GIVEN, S.ACCEPTED),
    Sent("Willow Bereavement", "Grandfather who brought up the children died in September.", "Name", GIVEN,
         S.TAKEN_BACK, "Family found help through the hospice."),
    Sent("Anytown Family Hub", "Morning routines, three children under ten.", "Early help assessment", GIVEN, S.DONE,
         "Twelve visits, attendance up from 81 to 92 %."),
)  # fmt: skip
WITHOUT = {Consent.RISK: "Asking would have put the student at risk; advice of the DSL.",
           Consent.NOT_NEEDED: "A statutory duty: the family was told."}  # fmt: skip


def directory_make(cast: Cast) -> int:
    """Put the agencies and who works there into the directory, and note whose they are."""
    if Agency.objects.exists():
        return 0
    places = Agency.objects.bulk_create(
        Agency(name=each.name, kind=each.kind, telephone=each.telephone, offers=each.offers,
               threshold=each.threshold, how_to_refer=each.how, email=_email(each.name))
        for each in PLACES
    )  # fmt: skip
    AgencyWorker.objects.bulk_create(
        AgencyWorker(agency=place, name=name, job=job, telephone=place.telephone)
        for place, each in zip(places, PLACES, strict=True)
        for name, job in each.workers
    )
    return len(places) + _linked(cast)


def _email(name: str) -> str:
    words = "".join(letter for letter in name.lower() if letter.isalpha() or letter == " ")
    return f"{words.replace(' ', '-')}@example.org"


def _linked(cast: Cast) -> int:
    """Note a social worker and an adviser for each looked-after child, and others' workers for a few."""
    facts = StudentFact.objects.in_force(cast.day).filter(kind=StudentFact.Kind.LOOKED_AFTER)
    cared = sorted(set(facts.values_list("student", flat=True)) & {member.student_id for member in cast.roll})
    pairs = [(key, name) for key in cared for name in ("Darren Osei", "Sunita Rai")]
    others = ("Joanne Pike", "Mel Hartley", "Chris Mbeki", "Abi Lowe")
    pairs += [(each.student_id, others[n % 4]) for n, each in enumerate(cast.some(cast.share(14), start=23))]
    workers = {worker.name: worker for worker in AgencyWorker.objects.select_related("agency")}
    by, first = cast.holder(Role.PASTORAL_MANAGER), school_days(cast)[0]
    made = [
        AgencyLink(token=token("agency", n), student_id=key, agency=workers[name].agency, worker=workers[name],
                   role=workers[name].job, starts_on=first - timedelta(weeks=n % 30), made_by=by)
        for n, (key, name) in enumerate(pairs)
    ]  # fmt: skip
    return len(AgencyLink.objects.bulk_create(made))


def referrals_send(cast: Cast) -> int:
    """Send referrals over the year, in every state, with the calls and attempts that went with them."""
    if Referral.objects.exists():
        return 0
    homes = Homes.of(cast, "referral")
    places = {place.name: place for place in Agency.objects.prefetch_related("workers")}
    days = school_days(cast)
    for n, member in enumerate(homes.some(17, least=3)):
        sent, day = SENT[n % len(SENT)], days[(n * 11) % max(1, len(days) - 8)]
        by, carer = homes.who("manager", member), homes.carer(member.student_id)
        facts = {
            "agency": places[sent.place], "worker": next(iter(places[sent.place].workers.all()), None),
            "sent_on": day, "reason": sent.reason, "consent": sent.consent, "shared": sent.shared,
            "basis": "Consent of the parent" if sent.consent == GIVEN else "To protect the student",
            "owner": by, "reference": f"A{4100 + n}" if n % 3 == 0 else "",
            "chase_on": cast.ahead(2) if n % 2 else cast.days_back(3)[0],
            **({"consent_by_id": carer.parent_carer_id, "consent_on": day} if sent.consent == GIVEN and carer
               else {"without_because": WITHOUT.get(Consent(sent.consent), "Nobody to ask.")}),
        }  # fmt: skip
        made = referral_send(
            student=homes.students[member.student_id], facts=facts, token=token("referral", n), by=by, now=at(day, 15)
        )
        _went_on(cast, made, sent, day)
        _called(homes, made, n, day)
    return Referral.objects.count()


def _went_on(cast: Cast, made: Referral, sent: Sent, day: date) -> None:
    later = [each for each in cast.calendar.between(day, cast.day) if each > day] or [day]
    on = later[min(5, len(later) - 1)]
    if sent.state == S.REFUSED:
        referral_step(referral=made, do="refuse", on=on, facts={"state_because": sent.end})
    elif sent.state == S.TAKEN_BACK:
        referral_step(referral=made, do="take_back", on=on, facts={"state_because": sent.end})
    elif sent.state in (S.ACCEPTED, S.DONE):
        referral_step(referral=made, do="accept", on=on, facts={})
        if sent.state == S.DONE:
            referral_step(referral=made, do="done", on=later[-1], facts={"outcome": sent.end})


def _called(homes: Homes, made: Referral, n: int, day: date) -> None:
    """Log the try that failed and the call that followed: an authority asks to see both."""
    later = homes.cast.calendar.between(day + timedelta(days=1), homes.cast.day)[:6]
    for turn, on in enumerate(later[1::3]):
        is_reached = turn > 0 or n % 3 == 0
        told = WITH_AGENCY.get(Agency.Kind(made.agency.kind), "Has it, and will be in touch.")
        words = told.format(name=made.student.forename) if is_reached else "Left a message with the duty desk."
        also = {"narrative": words, "outcome": Outcome.INFORMED if is_reached else "",
                "shared": "Attendance since September" if is_reached else "",
                "basis": made.basis if is_reached else "", "reference": made.reference}  # fmt: skip
        call = Told(
            With(Party.AGENCY, agency=made.agency, worker=made.worker), at(on, 11, 10 + n % 40), Channel.PHONE,
            Result.REACHED if is_reached else Result.VOICEMAIL, Purpose.REFERRAL, also=also,
        )  # fmt: skip
        contact_log(told=call, students=[made.student], token=token("agency call", 10 * n + turn), by=made.owner,
                    now=at(on, 11, 55))  # fmt: skip


HELPED = (
    ("Mornings, money, and a mother who is alone with three.", "Close family, loves football.",
     "To be in school on time; a quiet place for homework.", 2),
    ("Attendance 78 %, low mood, father in prison.", "Talks to Mrs Whitaker, good at art.",
     "Fewer people asking the same questions.", 3),
    ("Diabetes newly found, mother does not read English.", "Learns fast, grandmother helps.",
     "Somebody who explains it at home.", 2),
)  # fmt: skip
ENDED = 2  # which of them has ended
ACTIONS = (("Breakfast club place from Monday", 0), ("Housing letter to the council", 5),
           ("Ring the family every Friday", -6))  # fmt: skip


def early_help_open(cast: Cast) -> int:
    """Open early help for some, with family, actions and meetings; one has ended, and one family said no."""
    if EarlyHelp.objects.exists():
        return 0
    homes, days = Homes.of(cast, "early help"), school_days(cast)
    members = homes.of_each_year(2, least=3)
    for n, member in enumerate(members):
        needs, strengths, wishes, level = HELPED[n % len(HELPED)]
        by, carer = homes.who("manager", member), homes.carer(member.student_id)
        opened, is_none = days[(n * 9) % max(1, len(days) - 15)], n == 1
        facts: dict[str, Any] = {"opened_on": opened, "declined_because": "The family wants to wait until spring."}
        if not is_none and carer:
            facts = {"opened_on": opened, "consent_by_id": carer.parent_carer_id, "consent_on": opened, "needs": needs,
                     "strengths": strengths, "wishes": wishes, "level": level, "lead": by}  # fmt: skip
        held = help_open(
            student=homes.students[member.student_id], facts=facts, token=token("early help", n), by=by,
            now=at(opened, 15, 30), family=[f"c{carer.parent_carer_id}"] if carer and not is_none else (),
        )  # fmt: skip
        if not is_none:
            _worked(cast, held, n)
    return len(members)


def _worked(cast: Cast, held: EarlyHelp, n: int) -> None:
    for what, ahead in ACTIONS:
        due = cast.ahead(ahead) if ahead > 0 else cast.days_back(1 - ahead)[0]
        done = {"done_on": cast.day, "done_note": "Done"} if n == ENDED else {}
        action_add(held=held, facts={"what": what, "owner": held.lead, "due_on": max(due, held.opened_on)} | done)
    later = cast.calendar.between(held.opened_on + timedelta(days=1), cast.day)
    first = later[min(14, len(later) - 1)] if later else cast.day
    review_set(held=held, due_on=first)
    review = EarlyHelpReview.objects.get(early_help=held, due_on=first)
    facts = {"held_on": first, "present": "Mother, family support worker, Pastoral Manager", "decision": "go_on",
             "notes": "Mornings better, two lates in three weeks. Money is the worry now."}  # fmt: skip
    if first < cast.day:
        seen = version_of(review, facts)
        review_hold(review=review, seen=seen, facts=facts, level=None,
                    next_on=None if n == ENDED else cast.ahead(4 + n))  # fmt: skip
    if n == ENDED and first < cast.day:
        help_close(held=held, closed_on=cast.day, ending=EarlyHelp.Ending.NEEDS_MET,
                   outcome="School nurse and interpreter in place; the family manages.")  # fmt: skip
