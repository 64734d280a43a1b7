"""A file that is kept as evidence."""

from datetime import date
from typing import Any

from django import forms

from interventions.figures.files import ACCEPTED, MOST_BYTES, kind_of_content
from interventions.forms.fields import day_field, line_field, not_to_come
from interventions.models import Attachment
from pastoral.core.forms import OnceForm

OF_FILE = ("kind", "title", "dated_on", "source", "is_restricted")


class FileForm(OnceForm):
    """What it is, of which day, from whom; the file itself is looked at before it is kept."""

    submit_label = "Keep the file"

    file = forms.FileField(
        label="File",
        help_text="PDF, JPEG, PNG or Word (DOCX), up to 10 MB.",
        widget=forms.ClearableFileInput({"accept": ACCEPTED}),
        error_messages={"required": "Choose the file.", "empty": "The file is empty."},
    )
    kind = forms.ChoiceField(label="What it is", choices=Attachment.Kind.choices)
    title = line_field("What it is called", 120)
    dated_on = day_field("Of which day")
    source = line_field("From whom", 120)
    is_restricted = forms.BooleanField(
        label="Only for those who read restricted records",
        required=False,
        help_text="Head of Year, SLT and the DSL, and you. Nothing of the child-protection file belongs here.",
    )
    field_order = ("file", "kind", "title", "dated_on", "source", "is_restricted")

    def clean_dated_on(self) -> date | None:
        """Refuse a day to come."""
        return not_to_come(self.cleaned_data["dated_on"])

    def clean_file(self) -> Any:
        """Refuse what is too big, or is none of the four kinds whatever it is called."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file is bigger than 10 MB: make it smaller, or scan fewer pages.")
        self.content: bytes = file.read()
        if not kind_of_content(self.content):
            raise forms.ValidationError("Only PDF, JPEG, PNG and Word (DOCX) are kept, and this is none of them.")
        return file

    def facts(self) -> dict[str, Any]:
        """Return the columns, once the form is valid."""
        return {name: self.cleaned_data[name] for name in OF_FILE}
