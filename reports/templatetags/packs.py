"""What papers of a pack need to be set well."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_MARK = re.compile(r"\b([A-Z]{1,3}/\d+)\b")


@register.filter
def marks_whole(words: str) -> SafeString:
    """Return the words with each exhibit mark ("NB/5") kept on one line: a line may break at a slash."""
    kept = _MARK.sub(r'<span class="mark">\1</span>', conditional_escape(words))
    return mark_safe(kept)  # noqa: S308 - escaped above; a mark holds letters, a slash and digits alone
