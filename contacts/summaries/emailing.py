"""Whether an e-mail about a student can go to the address on a parent's or carer's record, before one is asked for."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from contacts.summaries.carers import Carer


def why_no_email(carer: Carer, carers: Iterable[Carer]) -> str:
    """Return why nothing goes to the address on the carer's record; "" where it can, or where there is none.

    carers: everybody's of the student, for an address may be that of somebody barred too.
    """
    address = carer.email.strip()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        return f"“{address}” is no e-mail address"
    theirs = (each for each in carers if each.is_barred and each.email.strip().casefold() == address.casefold())
    other = next(theirs, None)
    return f"{address} is also the address of {other.name}, whom a court order bars" if other else ""
