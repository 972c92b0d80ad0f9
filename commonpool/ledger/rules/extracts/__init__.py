"""A partner's ledger export: how it is read through a saved mapping, and what has moved since the last one."""

from commonpool.ledger.rules.extracts.dates import DateForm
from commonpool.ledger.rules.extracts.export import read_export
from commonpool.ledger.rules.extracts.mapping import (
    CodeMeaning,
    ColumnMapping,
    MappingError,
    Role,
    RowKind,
    Style,
)
from commonpool.ledger.rules.extracts.movements import (
    FigureKey,
    Moved,
    Movement,
    decumulate,
    moved_by,
    movements,
)
from commonpool.ledger.rules.extracts.proposing import Proposal, propose_mapping
from commonpool.ledger.rules.extracts.values import ExportFacts, ExportRow, ReadExport

__all__ = [
    "CodeMeaning",
    "ColumnMapping",
    "DateForm",
    "ExportFacts",
    "ExportRow",
    "FigureKey",
    "MappingError",
    "Moved",
    "Movement",
    "Proposal",
    "ReadExport",
    "Role",
    "RowKind",
    "Style",
    "decumulate",
    "moved_by",
    "movements",
    "propose_mapping",
    "read_export",
]
