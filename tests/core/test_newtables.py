"""Tables that a migration makes at once are the same as those made step by step."""

import pytest
from django.db import connection, models
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration
from django.db.migrations.state import ProjectState, StateApps

from core.newtables import NewTables

KEY = ("id", models.BigAutoField(primary_key=True))


def steps():
    """Two tables that refer to each other both ways, with a third between them that Django makes by itself."""
    return [
        CreateModel("Room", [KEY, ("name", models.CharField(max_length=20))]),
        CreateModel(
            "Chair", [KEY, ("room", models.ForeignKey("trial.room", models.CASCADE)), ("legs", models.IntegerField())]
        ),
        AddField("room", "best", models.ForeignKey("trial.chair", models.SET_NULL, null=True, related_name="+")),
        AddField("room", "spare", models.ManyToManyField("trial.chair", related_name="+")),
        AddConstraint("room", models.UniqueConstraint(fields=["name"], name="one_room_a_name")),
        AddConstraint("chair", models.CheckConstraint(condition=models.Q(legs__gt=2), name="it_stands")),
        AddIndex("chair", models.Index(fields=["legs", "-id"], name="chairs_by_legs")),
    ]


def migration(*operations):
    made = Migration("0001_initial", "trial")
    made.operations = operations
    return made


def tables() -> dict:
    """What the database says of the tables: columns, keys, constraints and indexes, in no order."""
    with connection.cursor() as cursor:
        ask = connection.introspection
        return {
            name: (
                {column[:3] + column[5:6] for column in ask.get_table_description(cursor, name)},
                ask.get_relations(cursor, name),
                {
                    name: {key: value for key, value in said.items() if key != "definition"}
                    for name, said in ask.get_constraints(cursor, name).items()
                    if not name.startswith("__unnamed")
                },
            )
            for name in ask.table_names(cursor)
            if name.startswith("trial_")
        }


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_made_at_once_they_are_as_made_step_by_step_and_go_again():
    seen = []
    for operations in (steps(), [NewTables(steps())]):
        whole = migration(*operations)
        with connection.schema_editor() as editor:
            state = whole.apply(ProjectState(), editor)
        seen.append(tables())
        assert set(state.models) == {("trial", "room"), ("trial", "chair")}
        with connection.schema_editor() as editor:
            whole.unapply(ProjectState(), editor)
        assert tables() == {}
    one_by_one, at_once = seen
    assert set(at_once) == {"trial_room", "trial_chair", "trial_room_spare"}
    assert at_once == one_by_one


def test_however_many_there_are_the_models_are_put_together_once(monkeypatch):
    rounds = []
    render = StateApps.render_multiple
    monkeypatch.setattr(StateApps, "render_multiple", lambda apps, models: rounds.append(1) or render(apps, models))
    counted = []
    for operations in (steps(), [NewTables(steps())]):
        state = ProjectState()
        assert not state.apps.all_models["trial"]  # put together before the first step, as in a migration
        rounds.clear()
        for operation in operations:
            operation.state_forwards("trial", state)
            assert state.apps.all_models["trial"]  # as the step would ask of it
        counted.append(len(rounds))
    assert counted == [7, 1]


def test_what_is_said_of_another_table_is_refused():
    with pytest.raises(ValueError, match="desk is not made here"):
        NewTables([*steps(), AddField("desk", "drawers", models.IntegerField())])


def test_it_says_what_it_does():
    assert NewTables(steps()).describe() == "Create 2 models at once"
