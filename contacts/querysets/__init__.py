"""Contacts and what hangs on them, by who may see them."""

from contacts.querysets.agencies import (
    AgencyLinkQuerySet,
    AgencyQuerySet,
    EarlyHelpQuerySet,
    ReferenceRequestQuerySet,
    ReferralQuerySet,
)
from contacts.querysets.calls import CallClaimQuerySet, CallEscalationQuerySet
from contacts.querysets.contacts import ContactQuerySet, InformationQuerySet, ShareQuerySet
from contacts.querysets.enquiries import EnquiryQuerySet
from contacts.querysets.letters import (
    LetterBatchQuerySet,
    LetterCopyQuerySet,
    LetterQuerySet,
    LetterRuleQuerySet,
    LetterTemplateQuerySet,
    MessageQuerySet,
)
from contacts.querysets.seen import SeenQuerySet, TargetStudentQuerySet

__all__ = [
    "AgencyLinkQuerySet",
    "AgencyQuerySet",
    "CallClaimQuerySet",
    "CallEscalationQuerySet",
    "ContactQuerySet",
    "EarlyHelpQuerySet",
    "EnquiryQuerySet",
    "InformationQuerySet",
    "LetterBatchQuerySet",
    "LetterCopyQuerySet",
    "LetterQuerySet",
    "LetterRuleQuerySet",
    "LetterTemplateQuerySet",
    "MessageQuerySet",
    "ReferenceRequestQuerySet",
    "ReferralQuerySet",
    "SeenQuerySet",
    "ShareQuerySet",
    "TargetStudentQuerySet",
]
