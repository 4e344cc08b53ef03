"""Apps know only what stands below them. Imports are held by import-linter (`make check`); relations are held here."""

import ast
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# From the top down; apps on one line do not know each other. Those not built yet keep their place.
LAYERS = [
    ["config"],
    ["portal"],
    ["cms", "governance"],
    ["forum", "events", "register", "horizon"],
    ["reference"],
    ["notifications"],
    ["members"],
    ["core"],
]
HEIGHT = {app: len(LAYERS) - row for row, names in enumerate(LAYERS) for app in names}
OURS = [config for config in apps.get_app_configs() if config.name in HEIGHT]


def python_files(*folders: str) -> list[Path]:
    folders = folders or tuple(config.name for config in OURS) + ("config",)
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def test_every_app_of_ours_has_a_place_in_the_layers():
    folders = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert folders - set(HEIGHT) == set()


def test_model_relations_point_down_or_stay_in_their_app():
    wrong = []
    count = 0
    for config in OURS:
        for model in config.get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if not field.is_relation or field.auto_created or field.related_model in (None, "self"):
                    continue
                if field.name == "uploaded_by_user":  # Wagtail's abstract image and document bring it
                    continue
                count += 1
                target = apps.get_app_config(field.related_model._meta.app_label).name
                if target in HEIGHT and target != config.name and HEIGHT[target] >= HEIGHT[config.name]:
                    wrong.append(f"{model._meta.label}.{field.name} → {target}")
    assert wrong == []
    assert count > 40, "the walk over models found next to nothing"


def test_no_module_has_a_name_that_says_nothing():
    empty_names = {"utils", "helpers", "services", "common", "managers", "misc", "lib"}
    found = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.stem in empty_names or path.parent.name in empty_names
    ]
    assert found == []


def test_our_own_events_travel_by_calls_not_by_signals():
    """Only `receivers.py` listens, and only to code we don't own; nobody defines or sends a signal."""
    wrong = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            name = path.relative_to(ROOT)
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called.split(".")[-1] == "Signal" and "django.dispatch" in path.read_text():
                    wrong.append(f"{name}:{node.lineno} makes a signal")
                if called.split(".")[-1] in {"receiver"} and path.stem != "receivers":
                    wrong.append(f"{name}:{node.lineno} listens outside receivers.py")
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "django.db.models.signals"
                and path.stem != "receivers"
            ):
                wrong.append(f"{name}:{node.lineno} listens to rows being saved")
    assert wrong == []


def test_only_config_reads_the_environment():
    """One place says what a machine may change. `RUN_PARTS` is how the server tells its own process to work."""
    wrong = []
    for path in python_files(*(config.name for config in OURS)):
        text = path.read_text()
        if "os.environ" in text and path.relative_to(ROOT).as_posix() not in {
            "core/lifespan.py",
            "core/management/commands/serve.py",
        }:
            wrong.append(str(path.relative_to(ROOT)))
    assert wrong == []


def test_only_config_and_core_ask_which_database_it_is():
    """`connection.vendor`, what it can, its driver: elsewhere the same code runs on every engine."""
    asks = {"vendor", "features", "settings_dict", "is_postgresql", "is_sqlite"}
    drivers = ("psycopg", "sqlite3", "django.db.backends", "django.contrib.postgres")
    wrong = []
    for path in python_files(*(config.name for config in OURS if config.name != "core")):
        for node in ast.walk(ast.parse(path.read_text())):
            asked = isinstance(node, ast.Attribute) and node.attr in asks and "connection" in ast.unparse(node.value)
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if asked or any(name.startswith(drivers) for name in named):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}")
    assert wrong == []


def test_every_indexed_model_is_searched_or_excused():
    """A model in the index that no search shows is work for nothing, or a leak waiting."""
    from wagtail.search import index

    from portal import search

    # Pictures and files are found in the admin only; the home page and the lists of pages have no words of their own.
    excused = {"core.CustomImage", "core.CustomDocument", "wagtailimages.Image", "wagtaildocs.Document"}
    excused |= {"wagtailcore.Page", "cms.HomePage", "horizon.HorizonIndexPage", "events.EventsIndexPage"}
    excused |= {"events.ScenarioIndexPage"}
    excused |= {f"cms.{name}IndexPage" for name in ("Guidance", "News", "Start", "Story")}
    indexed = {model._meta.label for model in index.get_indexed_models()}
    assert indexed - {source.model._meta.label for source in search.SOURCES} - excused == set()


def test_sizes_that_smell_are_printed(capsys):
    """Not a target: a long file or function wants a second look, so it is printed, and nothing fails."""
    smells = []
    for path in python_files():
        text = path.read_text()
        name = path.relative_to(ROOT)
        if len(text.splitlines()) > 400:
            smells.append(f"{name}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (length := node.end_lineno - node.lineno + 1) > 40:
                smells.append(f"{name}:{node.lineno} {node.name}: {length} lines")
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if len(path.read_text().splitlines()) > 200:
            smells.append(f"{path.relative_to(ROOT)}: long template")
    with capsys.disabled():
        if smells:
            print("\nDoes a room want dividing?\n  " + "\n  ".join(smells))
