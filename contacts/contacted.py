"""What contacts answer when behaviour asks whether a parent was reached about an incident: the 48-hour clock."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from behaviour.contacted import Contacted
from contacts.models import Contact


def contacted() -> Contacted:
    """Return when the first contact reached a parent or carer about an involvement, and how many attempts there were.

    Only with a carer of that student whom no court order barred, never one that was withdrawn, and whoever rang whom.
    What was said on a day before the incident was not about it.
    """
    about = (
        Contact.objects.standing(
            abouts__involvement=OuterRef("pk"), occurred_at__date__gte=OuterRef("incident__occurred_on")
        )
        .with_carers()
        .order_by()
    )
    first = about.reached().order_by("occurred_at").values("occurred_at")[:1]
    tried = about.exclude(result="reached").values("abouts__involvement").annotate(n=Count("pk")).values("n")
    return Contacted(Subquery(first), Coalesce(Subquery(tried), 0))
