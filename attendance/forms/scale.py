"""The school's RAG bands, put in per cent attended as people say them."""

from decimal import Decimal
from typing import Any, Self

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from attendance.figures import Bands
from pastoral.core.forms import BaseForm


class RagScaleForm(BaseForm):
    """Where red ends and green begins, in per cent of possible sessions attended, to one decimal."""

    submit_label = "Save the bands"

    red_to = forms.DecimalField(
        label="Red: attendance of … % and below",
        min_value=Decimal("0"),
        max_value=Decimal("99.9"),
        decimal_places=1,
        help_text="90.0 is persistent absence, counted as the law counts it: exactly 90.0 % is red.",
    )
    green_from = forms.DecimalField(
        label="Green: attendance of … % and above",
        min_value=Decimal("0.1"),
        max_value=Decimal("100"),
        decimal_places=1,
        help_text="Everything between red and green is amber. No percentage is left without a band.",
    )
    early_under = forms.IntegerField(
        label="Early: fewer possible sessions than",
        min_value=0,
        max_value=380,
        help_text="Until then a band is shown greyed and marked early. 20 sessions are two full weeks.",
    )

    @property
    def helper(self) -> FormHelper:
        """Return the layout with a second button, which shows what the bands would mean."""
        helper = super().helper
        preview = Submit("preview", "Preview")
        preview.field_classes = "btn"
        helper.add_input(preview)
        return helper

    @classmethod
    def of(cls, bands: Bands, data: Any = None) -> Self:
        """Return the form filled with the bands as they stand."""
        initial = {
            "red_to": missed_to_attended(bands.red_from),
            "green_from": missed_to_attended(bands.green_to),
            "early_under": bands.early_under,
        }
        return cls(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Refuse bands that overlap."""
        cleaned = super().clean() or self.cleaned_data
        red_to, green_from = cleaned.get("red_to"), cleaned.get("green_from")
        if red_to is not None and green_from is not None and green_from <= red_to:
            self.add_error("green_from", f"Green has to begin above {red_to} %, where red ends.")
        return cleaned

    @property
    def bands(self) -> Bands:
        """The bands that the form says, in thousandths missed."""
        return Bands(
            red_from=attended_to_missed(self.cleaned_data["red_to"]),
            green_to=attended_to_missed(self.cleaned_data["green_from"]),
            early_under=self.cleaned_data["early_under"],
        )


def attended_to_missed(percent: Decimal) -> int:
    """Return per cent attended as thousandths missed: 90.0 as 100."""
    return int(1000 - 10 * percent)


def missed_to_attended(thousandths: int) -> Decimal:
    """Return thousandths missed as per cent attended: 100 as 90.0."""
    return Decimal(1000 - thousandths).scaleb(-1)
