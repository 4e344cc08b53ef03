"""A step of a migration that makes many tables at once.

Django puts all models together anew at each step, so that an app of fifty tables takes as long to migrate on an empty
site as everything else. The tables of one `NewTables` are made from the models as they are after all its steps.
"""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Step = CreateModel | AddField | AddConstraint | AddIndex


class NewTables(Operation):
    """Make the tables of `operations` in their order, each with the fields, constraints and indexes added to it there.

    A table may refer to one that comes after it: keys of other tables are checked once all are made. An operation on a
    table that is not made here raises ValueError.
    """

    def __init__(self, operations: Sequence[Step]) -> None:
        self.operations = operations
        self._made = [step for step in operations if isinstance(step, CreateModel)]
        here = {step.name_lower for step in self._made}
        for step in operations:
            if not isinstance(step, CreateModel) and step.model_name_lower not in here:
                raise ValueError(f"{step.describe()}: {step.model_name} is not made here, so it is a step of its own.")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Models that were put together are dropped: each change would put the half of them together anew.
        state.__dict__.pop("apps", None)
        for step in self.operations:
            step.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for step in self._made:
            step.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for step in reversed(self._made):
            step.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self._made)} models at once"
