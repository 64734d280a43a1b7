"""What of agencies, and of references, needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from contacts.summaries.early_help import reviews_due
from contacts.summaries.early_help_own import own_due
from contacts.summaries.information import follow_ups_due
from contacts.summaries.references import to_sign, to_write
from contacts.summaries.referrals import to_chase
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Counted]:
    """Return what one's own work with agencies, and for references, waits for."""
    user, on = look.user, look.day
    if user.may(Right.SEE_CONTACTS):
        mine = reverse("contacts:early_help_mine")
        yield Counted((own_due(user, on),), "early help action due", "early help actions due", mine, 36, Tone.WARN)
        address = reverse("contacts:reference_list")
        yield Counted((to_write(user),), "reference to write", "references to write", f"{address}?show=write", 37)
        if user.may(Right.SIGN_REFERENCES):
            yield Counted((to_sign(user),), "reference to sign", "references to sign", f"{address}?show=sign", 37)
    if not user.may(Right.SEE_AGENCIES):
        return
    early = reverse("contacts:early_help_list")
    for rows, one, many, page in (
        (
            to_chase(user, on, is_mine=True),
            "referral to chase",
            "referrals to chase",
            f"{reverse('contacts:referral_list')}?show=chase",
        ),
        (
            reviews_due(user, on, is_mine=True),
            "early help meeting due",
            "early help meetings due",
            f"{early}?show=reviews",
        ),
        (
            follow_ups_due(user, on, is_mine=True),
            "follow-up of information due",
            "follow-ups of information due",
            f"{reverse('contacts:information_list')}?show=due",
        ),
    ):
        yield Counted((rows,), one, many, f"{page}&mine=1", 36, Tone.WARN)
