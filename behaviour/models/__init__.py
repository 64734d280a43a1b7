"""What happened beside registers, and what the school made of it."""

from behaviour.models.cards import CardComment, CardDay, CardScore, CardTarget, ReportCard
from behaviour.models.cases import BullyingCase, CaseCheck, CaseIncident, CaseStudent
from behaviour.models.concerns import DslConcern, TutorMark
from behaviour.models.elsewhere import SuspensionElsewhere
from behaviour.models.incidents import ContactDuty, Incident, IncidentReview, Involvement
from behaviour.models.lists import IncidentType, ListedWord
from behaviour.models.recognition import Achievement, Campaign, CampaignAward, GoodNews
from behaviour.models.robins import RobinAnswer, RoundRobin
from behaviour.models.rooms import InclusionStay
from behaviour.models.sanctions import (
    Detention,
    DetentionDays,
    DetentionLevel,
    OnCall,
    Suspension,
    SuspensionReason,
)
from behaviour.models.settings import BehaviourRules, Rule
from behaviour.models.work import SetWork, WorkWaiver
from students.strands import Strand

__all__ = [
    "Achievement",
    "BehaviourRules",
    "BullyingCase",
    "Campaign",
    "CampaignAward",
    "CardComment",
    "CardDay",
    "CardScore",
    "CardTarget",
    "CaseCheck",
    "CaseIncident",
    "CaseStudent",
    "ContactDuty",
    "Detention",
    "DetentionDays",
    "DetentionLevel",
    "DslConcern",
    "GoodNews",
    "Incident",
    "IncidentReview",
    "IncidentType",
    "InclusionStay",
    "Involvement",
    "ListedWord",
    "OnCall",
    "ReportCard",
    "RobinAnswer",
    "RoundRobin",
    "Rule",
    "SetWork",
    "Strand",
    "Suspension",
    "SuspensionElsewhere",
    "SuspensionReason",
    "TutorMark",
    "WorkWaiver",
]
