"""Addresses of letters, their templates and the e-mails on their way."""

from django.urls import URLPattern, path

from contacts.views.letter_place import letter_place
from contacts.views.letter_templates import rule_form, template_example, template_form, template_list
from contacts.views.letter_write import letter_write
from contacts.views.letters import (
    batch_detail,
    copies_send,
    copy_queue,
    letter_detail,
    letter_list,
    letter_withdraw,
)
from contacts.views.outbox import message_act, outbox

urlpatterns: list[URLPattern] = [
    path("letters/", letter_list, name="letter_list"),
    path("letters/write/", letter_write, name="letter_write"),
    path("letters/to-send/", copy_queue, name="copy_queue"),
    path("letters/send/", copies_send, name="copies_send"),
    path("letters/e-mails/", outbox, name="outbox"),
    path("letters/e-mails/<int:pk>/", message_act, name="message_act"),
    path("letters/templates/", template_list, name="template_list"),
    path("letters/templates/add/", template_form, name="template_add"),
    path("letters/templates/<int:pk>/", template_form, name="template_change"),
    path("letters/templates/<int:pk>/example/", template_example, name="template_example"),
    path("letters/rules/add/", rule_form, name="rule_add"),
    path("letters/rules/<int:pk>/", rule_form, name="rule_change"),
    path("letters/batches/<int:pk>/", batch_detail, name="batch_detail"),
    path("letters/students/<int:pk>/place/", letter_place, name="letter_place"),
    path("letters/<int:pk>/", letter_detail, name="letter_detail"),
    path("letters/<int:pk>/withdraw/", letter_withdraw, name="letter_withdraw"),
]
