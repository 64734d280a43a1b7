"""Certificates on paper: the name and the reason, the school and the day, and nothing else about anybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from behaviour.models import Achievement, CampaignAward
from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.pdf import Pdf, pdf_draw
from students.models import Student

STYLESHEET = "css/pdf-certificate.css"
MOST = 300
LONG_NAME = 26


@dataclass(frozen=True)
class Certificate:
    """One sheet."""

    name: str
    title: str
    reason: str
    day: date

    @property
    def size(self) -> str:
        """How large the name is written, so that it stays on a line."""
        return "name is-long" if len(self.name) > LONG_NAME else "name"


def certificates_of(user: User, achievements: Collection[int], awards: Collection[int]) -> list[Certificate]:
    """Return the certificates of those records that stand and whose students the person may reward, by surname."""
    students = Student.objects.with_right(user, Right.AWARD)
    given = Achievement.objects.standing(pk__in=achievements, student__in=students).select_related("student")
    rewards = CampaignAward.objects.standing(pk__in=awards, student__in=students).select_related("student", "campaign")
    held = [
        *((each.student, each.type, each.note, each.awarded_on) for each in given),
        *(
            (each.student, each.campaign.name, each.campaign.about, timezone.localdate(each.awarded_at))
            for each in rewards
        ),
    ]
    held.sort(key=lambda row: (row[0].search_text, row[3]))
    return [Certificate(student.full_name, title, reason, day) for student, title, reason, day in held]


def certificates_draw(certificates: Collection[Certificate]) -> Pdf:
    """Draw the certificates, a landscape sheet each."""
    context = {"certificates": certificates, "school_name": settings.SCHOOL_NAME}
    return pdf_draw(render_to_string("reports/pdf/certificates.html", context), STYLESHEET)
