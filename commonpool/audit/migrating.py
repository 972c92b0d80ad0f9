"""Migrations that make a room's tables, without the steps between.

For each operation Django renders anew every model that is related to the one it touches, however far away. For a room
of sixty tables that is nine tenths of the time in which an empty database gets its tables, and all for nothing: what
a migration adds to tables that it makes itself can as well be in them from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ADDS = (migrations.AddField, migrations.AddConstraint, migrations.AddIndex)


class MakesTables(migrations.Migration):
    """Makes each of its tables as it is at the end; what follows and does anything else is done step by step.

    The operations and the tables are those of any other migration. Only the way there is shorter.
    """

    def apply(
        self, project_state: ProjectState, schema_editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
    ) -> ProjectState:
        """The state with all operations done, as Django's own."""
        new = [] if collect_sql else of_new_tables(self.operations)
        before = project_state.clone()
        # Else each model would be rendered into it one by one, with all that are related.
        project_state.__dict__.pop("apps", None)
        for operation in new:
            operation.state_forwards(self.app_label, project_state)
        for operation in new:
            if isinstance(operation, migrations.CreateModel):
                operation.database_forwards(self.app_label, schema_editor, before, project_state)
        rest = copy(self)
        rest.operations = self.operations[len(new) :]  # type: ignore[misc] # Django gives each migration its own, too
        return migrations.Migration.apply(rest, project_state, schema_editor, collect_sql)


def of_new_tables(operations: Sequence[Operation]) -> Sequence[Operation]:
    """Those at the beginning that make a table, or add to one that was made before them."""
    made: set[str] = set()
    for number, operation in enumerate(operations):
        if isinstance(operation, migrations.CreateModel):
            made.add(operation.name_lower)
        elif not (isinstance(operation, ADDS) and operation.model_name_lower in made):
            return operations[:number]
    return operations
