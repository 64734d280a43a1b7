"""Writes to attendance's settings."""

from django.db import transaction

from attendance.figures import Bands
from attendance.models import RagScale


class BandsOutOfOrder(Exception):
    """The bands overlap or leave the scale; the message is fit for the form."""


@transaction.atomic
def rag_scale_set(*, bands: Bands) -> RagScale:
    """Set the school's RAG bands; what they were stays in history, and frozen weekly RAGs keep their own.

    Raises BandsOutOfOrder unless green ends before red begins and both lie on the scale.
    Source: figures.md (RAG band): half-open, no gap, 0 to 100 % covered.
    """
    if not 0 <= bands.green_to < bands.red_from <= 1000:
        raise BandsOutOfOrder("Green has to begin above the end of red, so that amber lies between them.")
    scale = RagScale.objects.select_for_update().get()
    scale.red_from, scale.green_to, scale.early_under = bands.red_from, bands.green_to, bands.early_under
    scale.save()
    return scale
