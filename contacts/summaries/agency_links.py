"""Agencies in a student's life: which of them, who there, what for and since when."""

from dataclasses import dataclass
from datetime import date

from attendance.summaries.reach import Reached
from contacts.models import AgencyLink, EarlyHelp, Information, Referral
from contacts.querysets import EarlyHelpQuerySet, ReferralQuerySet
from contacts.reading import Reader
from pastoral.core.models import User
from pastoral.core.rights import Right

LATEST = 4


@dataclass(frozen=True)
class Lived:
    """What agencies do for one student. links: those that work with them first; information: read and unread alike.

    Only for somebody who may see the student's agencies; see `is_involved` for anybody else.
    """

    links: tuple[AgencyLink, ...]
    referrals: tuple[Referral, ...]
    early_help: tuple[EarlyHelp, ...]
    information: tuple["Told", ...]


@dataclass(frozen=True)
class Told:
    """One piece of information. is_read: the person may read what it says; else it shows that there is one."""

    row: Information
    is_read: bool


def lived_of(user: User, who: Reached, on: date) -> Lived:
    """Return it, in six queries."""
    key = who.student_id
    links = AgencyLink.objects.visible_to(user).standing(student=key).select_related("agency", "worker")
    held = sorted(links, key=lambda link: (not is_in_force(link, on), -link.starts_on.toordinal()))
    referrals = Referral.objects.visible_to(user).standing(student=key).select_related("agency", "owner")
    early = EarlyHelp.objects.visible_to(user).standing(student=key).select_related("lead", "lead_worker__agency")
    found = Information.objects.visible_to(user).standing(student=key).select_related("agency", "taken_by")
    told = list(found)
    reader = Reader.of(user, told, students={key: who})
    return Lived(
        tuple(held),
        tuple(referrals),
        tuple(early),
        tuple(Told(each, reader.may_read(each)) for each in told),
    )


def is_in_force(link: AgencyLink, on: date) -> bool:
    """Test for an agency that works with the student on the day."""
    return link.starts_on <= on and (link.ends_on is None or link.ends_on >= on)


def is_involved(student: int, on: date) -> bool:
    """Test whether any agency has to do with the student: all that whoever may not see which may know."""
    links = AgencyLink.objects.in_force(on).filter(student=student)
    referrals: ReferralQuerySet = Referral.objects.standing(student=student, state__in=Referral.OPEN)
    early: EarlyHelpQuerySet = EarlyHelp.objects.running().filter(student=student)
    found = links.values("pk").union(referrals.values("pk"), early.values("pk"))
    return found.exists()


def sees_agencies(who: Reached) -> bool:
    """Test whether the person may see which agencies have to do with this student."""
    return Right.SEE_AGENCIES in who.rights
