"""How a parent or carer wanted to be contacted before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from contacts.models import Channel, FamilyWish
from pastoral.core.models import User
from students.models import ParentCarerLink, Student


@dataclass(frozen=True, slots=True)
class WishBefore:
    """What stood until a moment, and who had noted it."""

    words: str
    noted_by: str
    noted_at: datetime


def wish_words(wish: Any) -> str:
    """Return a wish in words: "Phone · Polish, with an interpreter · after 17:00"; "nothing particular" for none."""
    spoken = f"{wish.language}{', with an interpreter' if wish.needs_interpreter else ''}"
    parts = (Channel(wish.channel).label if wish.channel else "", spoken, wish.best_time)
    return " · ".join(part for part in parts if part) or "nothing particular"


def wishes_before(wish: FamilyWish) -> list[WishBefore]:
    """Return what was noted before what stands now, latest first, in two queries; what said nothing is left out."""
    event: Any = apps.get_model("contacts", "FamilyWishEvent")
    held = list(event.objects.filter(pgh_obj_id=wish.pk).order_by("-pgh_created_at", "-pgh_id"))
    names = User.objects.in_bulk({row.said_by_id for row in held})
    rows = [WishBefore(wish_words(row), names[row.said_by_id].formal_name, row.said_at) for row in held]
    return [row for row in rows if row.words != wish_words(FamilyWish())]


def wish_of(student: Student, parent_carer: int) -> FamilyWish | None:
    """Return what a carer of the student wants, not saved where nothing is noted; None for one who is barred."""
    links = ParentCarerLink.objects.filter(student=student, has_court_order=False, parent_carer=parent_carer)
    link = links.select_related("parent_carer__wish__said_by").first()
    if link is None:
        return None
    held: FamilyWish | None = getattr(link.parent_carer, "wish", None)
    return held or FamilyWish(parent_carer=link.parent_carer)
