"""The pages about students seen and their families, side by side."""

from typing import Any

from django import template
from django.urls import reverse

from pastoral.core.rights import Right

register = template.Library()

# Each by its short name: whose right, what it is called, and its address.
_ROOMS: tuple[tuple[str, Right, str, str], ...] = (
    ("week", Right.MARK_SEEN, "Week’s record", "contacts:seen_list"),
    ("due", Right.MARK_SEEN, "To see again", "contacts:seen_reviews"),
    ("quiet", Right.SEE_CONTACTS, "Quiet children", "reports:quiet"),
    ("targets", Right.KEEP_TARGET_LISTS, "Target list", "contacts:target_list"),
    ("events", Right.LOG_CONTACTS, "Parent events", "contacts:event_list"),
    ("family", Right.LOG_CONTACTS, "Who is ringing", "contacts:family_find"),
)


@register.inclusion_tag("components/segments.html", takes_context=True)
def seen_rooms(context: Any, here: str) -> dict[str, Any]:
    """Show the pages that the person may open, the one named being the page itself."""
    user = context["request"].user
    choices = [(reverse(page), words, name == here) for name, right, words, page in _ROOMS if user.may(right)]
    return {"label": "Students seen and families", "choices": choices}
