"""The tables of this room."""

from __future__ import annotations

from commonpool.voices.models.approvals import Approval, ApprovalNeed
from commonpool.voices.models.carrying import CarriedOver
from commonpool.voices.models.cases import CaseKind
from commonpool.voices.models.codebooks import Code, CodebookChange, CodebookVersion
from commonpool.voices.models.codings import Coding, Memo
from commonpool.voices.models.consents import EarlierSeal, ResearchConsent, ToLookAt
from commonpool.voices.models.decisions import Decision
from commonpool.voices.models.exchange import BroughtIn, KeptAside, KeptFile, ProjectExport, ProjectImport
from commonpool.voices.models.fieldwork import Interview, Participant, Site, Taking
from commonpool.voices.models.guides import GuideQuestion, GuideVersion
from commonpool.voices.models.history import StudyEvent
from commonpool.voices.models.identities import IdentityCandidate, IdentityReview, ListedName
from commonpool.voices.models.matrices import CellPassage, CellText, Matrix, MatrixCell, MatrixColumn
from commonpool.voices.models.quotations import Quotation, QuotingTerms
from commonpool.voices.models.reading import Reading, Tag, TurnTag
from commonpool.voices.models.recoding import Recoded, Recoding
from commonpool.voices.models.recruitment import Approach
from commonpool.voices.models.releases import TableRelease
from commonpool.voices.models.removals import Removal
from commonpool.voices.models.rounds import Assignment, CodingRound
from commonpool.voices.models.sampling import Candidate, CellTarget, Criterion, Level, SiteLevel
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.suggestions import SuggestionAnswer
from commonpool.voices.models.themes import CaseType, Theme, ThemeEvidence, TypeAssignment, Typology
from commonpool.voices.models.transcripts import SealedPart, Speaker, Transcript, TranscriptVersion, Turn
from commonpool.voices.models.uploads import TextUpload, WaitingText

__all__ = [
    "Approach",
    "Approval",
    "ApprovalNeed",
    "Assignment",
    "BroughtIn",
    "Candidate",
    "CarriedOver",
    "CaseKind",
    "CaseType",
    "CellPassage",
    "CellTarget",
    "CellText",
    "Code",
    "CodebookChange",
    "CodebookVersion",
    "Coding",
    "CodingRound",
    "Criterion",
    "Decision",
    "EarlierSeal",
    "GuideQuestion",
    "GuideVersion",
    "IdentityCandidate",
    "IdentityReview",
    "Interview",
    "KeptAside",
    "KeptFile",
    "Level",
    "ListedName",
    "Matrix",
    "MatrixCell",
    "MatrixColumn",
    "Memo",
    "Participant",
    "ProjectExport",
    "ProjectImport",
    "Quotation",
    "QuotingTerms",
    "Reading",
    "Recoded",
    "Recoding",
    "Removal",
    "ResearchConsent",
    "SealedPart",
    "Site",
    "SiteLevel",
    "Speaker",
    "Study",
    "StudyEvent",
    "SuggestionAnswer",
    "TableRelease",
    "Tag",
    "Taking",
    "TeamMember",
    "TextUpload",
    "Theme",
    "ThemeEvidence",
    "ToLookAt",
    "Transcript",
    "TranscriptVersion",
    "Turn",
    "TurnTag",
    "TypeAssignment",
    "Typology",
    "WaitingText",
]
