"""A concern for the DSL."""

from django import forms

from pastoral.core.forms import BaseForm, OnceForm


class ConcernForm(OnceForm):
    """What somebody saw or heard, for the DSL's eyes alone."""

    submit_label = "Send to the DSL"

    about = forms.CharField(
        label="Not among your students? Write the name",
        max_length=120,
        required=False,
        help_text="And the year or the class, if you know it.",
    )
    words = forms.CharField(
        label="What you saw or heard",
        max_length=10_000,
        widget=forms.Textarea({"rows": 6}),
        help_text="In the student's own words where you can. Do not investigate, and do not ask leading questions.",
        error_messages={"required": "Write what you saw or heard."},
    )


class ReadForm(BaseForm):
    """The DSL has read a concern."""

    submit_label = "I have read it"

    kept_at = forms.CharField(
        label="Where your own record of it stands",
        max_length=120,
        required=False,
        help_text="For instance the number of the entry in your safeguarding system.",
    )
