"""The one base form: every form of the application is laid out by it."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.choices import flatten_choices

from pastoral.core.templatetags.pastoral import day, daytime


class LaidOut:
    """Gives a form its crispy helper: `{% crispy form %}` prints the fields, the errors and the button."""

    submit_label = "Save"
    method = "post"
    is_kept = False  # what is typed is kept on the server until it is sent, see `drafts`

    @property
    def helper(self) -> FormHelper:
        """Return the layout; a subclass changes submit_label and method, or extends this."""
        helper = FormHelper()
        helper.form_method = self.method
        helper.form_show_errors = True
        helper.error_text_inline = True
        helper.html5_required = True
        if self.is_kept:
            came_back = {"data-came-back": ""} if getattr(self, "is_bound", False) else {}
            helper.attrs = {"data-draft": "", **came_back}
        helper.add_input(Submit("", self.submit_label, css_class="btn btn-primary"))
        return helper


class ReadOnce(ModelChoiceIterator):
    """Choices read once for a form: a required one is asked for its first choice before it is drawn."""

    def __iter__(self) -> Iterator[Any]:
        held: list[Any] | None = self.__dict__.get("held")
        if held is None:
            held = self.__dict__["held"] = list(super().__iter__())
        return iter(held)


class OneOf(forms.ModelChoiceField):
    """A choice among records, read in one query."""

    iterator = ReadOnce


class BaseForm(LaidOut, forms.Form):
    """A form of plain fields."""


class OnceForm(BaseForm):
    """What is sent once: a second click carries the token of the first, and makes nothing new."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", uuid4())


class GuardedForm(BaseForm):
    """A record that stands, to be changed. seen: the state of it that the person saw, see `versions`."""

    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def overtaken(self) -> None:
        """Say at each field what stands there now, for the services raised Overtaken; sent again, it is overwritten."""
        self.add_error(None, "Somebody changed this while you were writing. Save again to put yours in its place.")
        for name, field in self.fields.items():
            now = self.get_initial_for_field(field, name)
            if name != "seen" and field.has_changed(field.to_python(now), self[name].data):
                self.add_error(name, f"Now it says: {in_words(field, now)}")
        sent: Any = self.data
        sent = sent.copy()
        sent[self.add_prefix("seen")] = self.initial["seen"]
        self.data = sent


def typed_words(form: forms.Form) -> list[tuple[str, str]]:
    """Return what the sent form says otherwise than the record, as pairs of label and words; nothing that is hidden."""
    shown = (form[name] for name in form.changed_data if not form[name].is_hidden)
    pairs = ((str(each.label), _sent_in_words(each.field, each.data)) for each in shown)
    return [(label, words) for label, words in pairs if words != "nothing"]


def _sent_in_words(field: Any, sent: Any) -> str:
    if isinstance(sent, list | tuple) or isinstance(field, forms.ChoiceField | forms.CharField):
        return in_words(field, sent)
    try:
        return in_words(field, field.to_python(sent))
    except forms.ValidationError:
        return in_words(field, sent)


def in_words(field: Any, value: Any) -> str:
    """Return the value of a form's field as people say it; "nothing" for none."""
    if isinstance(value, list | tuple):
        return ", ".join(in_words(field, each) for each in value) or "nothing"
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in flatten_choices(field.choices)}  # type: ignore[arg-type,var-annotated]
        return labels.get(str(value), "nothing")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return daytime(value) if isinstance(value, datetime) else day(value)
    return "nothing" if value in (None, "") else str(value)


class BaseModelForm(LaidOut, forms.ModelForm):
    """A form of one record; it parses and validates, services save."""
