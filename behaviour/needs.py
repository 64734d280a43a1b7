"""What of behaviour needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from behaviour.models import DslConcern
from pastoral.core.needs import Line, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Line]:
    """Return the concerns that no DSL has read, in one query."""
    if look.user.may(Right.READ_DSL_CONCERNS):
        unread = DslConcern.objects.visible_to(look.user).filter(read_at=None).count()
        if unread:
            label = f"concern{'s' * (unread != 1)} to read"
            yield Line(label, f"{reverse('behaviour:concern_list')}?show=unread", 5, unread, tone=Tone.BAD)
