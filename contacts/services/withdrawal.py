"""Taking a record of contacts out of every list and figure."""

from datetime import datetime

from django.db import transaction

from pastoral.core.models import User
from pastoral.core.withdrawal import Withdrawable


@transaction.atomic
def record_withdraw(*, record: Withdrawable, because: str, by: User, now: datetime) -> None:
    """Withdraw a record; it stays in the history with the reason. The first time stands."""
    held = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
