"""What is done about it: attendance cases, interventions, plans, meetings, and everybody's actions."""

from interventions.models.actions import Action, Attachment
from interventions.models.cases import CaseBarrier, CaseFinding, MedicalRequest, PACase, PupilView, StageMove
from interventions.models.interventions import (
    DeliveredSession,
    Intervention,
    InterventionReview,
    InterventionSource,
    InterventionStudent,
    SessionPlace,
)
from interventions.models.meetings import Meeting, MeetingPerson, MeetingStudent
from interventions.models.plan_course import PlanAgreement, PlanReview, PlanShare, TargetReview
from interventions.models.plans import Hazard, Plan, PlanStrategy, PlanTarget, PlanVersion
from interventions.models.priorities import Priority
from interventions.models.screens import NeedsScreen, ScreenAnswer
from interventions.models.settings import Aim, Barrier, CaseStage, InterventionType, PlanKind, StageStep, StepKind

__all__ = [
    "Action",
    "Aim",
    "Attachment",
    "Barrier",
    "CaseBarrier",
    "CaseFinding",
    "CaseStage",
    "DeliveredSession",
    "Hazard",
    "Intervention",
    "InterventionReview",
    "InterventionSource",
    "InterventionStudent",
    "InterventionType",
    "MedicalRequest",
    "Meeting",
    "MeetingPerson",
    "MeetingStudent",
    "NeedsScreen",
    "PACase",
    "Plan",
    "PlanAgreement",
    "PlanKind",
    "PlanReview",
    "PlanShare",
    "PlanStrategy",
    "PlanTarget",
    "PlanVersion",
    "Priority",
    "PupilView",
    "ScreenAnswer",
    "SessionPlace",
    "StageMove",
    "StageStep",
    "StepKind",
    "TargetReview",
]
