"""Contacts with parents, carers and agencies, and what hangs on them."""

from contacts.models.calling import CallClaim, CallEscalation, CallingStep
from contacts.models.contacts import Channel, Contact, ContactAbout, Direction, Outcome, Party, Purpose, Result, Visitor
from contacts.models.directory import Agency, AgencyLink, AgencyWorker
from contacts.models.enquiries import Enquiry
from contacts.models.information import Information, Share
from contacts.models.letters import Letter, LetterBatch, LetterCopy, LetterMark, LetterRule, LetterTemplate
from contacts.models.messages import Message
from contacts.models.references import ReferenceRequest
from contacts.models.referrals import (
    Consent,
    EarlyHelp,
    EarlyHelpAction,
    EarlyHelpReview,
    FamilyMember,
    Referral,
)
from contacts.models.seen import EventPlace, ParentEvent, Seen, TargetStudent
from contacts.models.settings import ContactRules, FamilyWish

__all__ = [
    "Agency",
    "AgencyLink",
    "AgencyWorker",
    "CallClaim",
    "CallEscalation",
    "CallingStep",
    "Channel",
    "Consent",
    "Contact",
    "ContactAbout",
    "ContactRules",
    "Direction",
    "EarlyHelp",
    "EarlyHelpAction",
    "EarlyHelpReview",
    "Enquiry",
    "EventPlace",
    "FamilyMember",
    "FamilyWish",
    "Information",
    "Letter",
    "LetterBatch",
    "LetterCopy",
    "LetterMark",
    "LetterRule",
    "LetterTemplate",
    "Message",
    "Outcome",
    "ParentEvent",
    "Party",
    "Purpose",
    "ReferenceRequest",
    "Referral",
    "Result",
    "Seen",
    "Share",
    "TargetStudent",
    "Visitor",
]
