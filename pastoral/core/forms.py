"""The one base form: every form of the application is laid out by it."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms


class LaidOut:
    """Gives a form its crispy helper: `{% crispy form %}` prints the fields, the errors and the button."""

    submit_label = "Save"
    method = "post"

    @property
    def helper(self) -> FormHelper:
        """Return the layout; a subclass changes submit_label and method, or extends this."""
        helper = FormHelper()
        helper.form_method = self.method
        helper.form_show_errors = True
        helper.error_text_inline = True
        helper.html5_required = True
        helper.add_input(Submit("", self.submit_label, css_class="btn btn-primary"))
        return helper


class BaseForm(LaidOut, forms.Form):
    """A form of plain fields."""


class BaseModelForm(LaidOut, forms.ModelForm):
    """A form of one record; it parses and validates, services save."""
