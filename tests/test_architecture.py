"""The map: which file may import what. Read it first; a new file must find its room here."""

import ast
import sys
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = ("gateway", "synth", "loadtest", "clients/python/voxgate", "protos")
OURS = ("gateway", "synth", "loadtest", "voxgate", "protos")

# file -> (what of ours it may import, which libraries it may import). The first row that fits counts.
ROOMS: list[tuple[str, list[str], list[str]]] = [
    # PROGRAM 1. The middle is pure: no library, no clock, no socket, no log.
    ("gateway/errors.py", [], []),
    ("gateway/core/segmenter/*", ["gateway.core.segmenter", "gateway.core.style", "gateway.errors"], []),
    ("gateway/core/cleaning/*", ["gateway.core.cleaning", "gateway.core.style", "gateway.errors"], []),
    ("gateway/core/*", ["gateway.core", "gateway.errors"], []),
    ("gateway/dialects/*proto.py", ["gateway.core", "gateway.dialects", "gateway.errors", "protos"], []),
    ("gateway/dialects/riva.py", ["gateway.core", "gateway.dialects", "gateway.errors", "protos"], []),
    ("gateway/dialects/google/*", ["gateway.core", "gateway.dialects", "gateway.errors", "protos"], []),
    ("gateway/dialects/paths.py", ["gateway.dialects"], []),
    ("gateway/dialects/__init__.py", ["gateway.core", "gateway.errors"], ["msgspec"]),
    ("gateway/dialects/*", ["gateway.core", "gateway.dialects", "gateway.errors"], ["msgspec"]),
    ("gateway/audio/*", ["gateway.audio", "gateway.core.formats"], ["av"]),
    ("gateway/lane.py", ["gateway.core.events"], []),
    ("gateway/outbox.py", ["gateway.core.events", "gateway.lane"], []),
    ("gateway/wire.py", ["gateway.dialects"], []),
    ("gateway/alarm.py", [], []),
    ("gateway/timing.py", ["gateway.core.events", "gateway.metrics"], []),
    (
        "gateway/writer.py",
        [
            "gateway.alarm",
            "gateway.audio.pool",
            "gateway.core.events",
            "gateway.dialects",
            "gateway.errors",
            "gateway.outbox",
            "gateway.wire",
        ],
        [],
    ),
    (
        "gateway/connection.py",
        [
            "gateway.alarm",
            "gateway.audio.pool",
            "gateway.core",
            "gateway.dialects",
            "gateway.errors",
            "gateway.metrics",
            "gateway.outbox",
            "gateway.synthesizer",
            "gateway.timing",
            "gateway.wire",
            "gateway.writer",
        ],
        [],
    ),
    (
        "gateway/runner.py",
        [
            "gateway.audio.pool",
            "gateway.connection",
            "gateway.core",
            "gateway.dialects",
            "gateway.errors",
            "gateway.metrics",
            "gateway.synthesizer",
            "gateway.wire",
        ],
        [],
    ),
    ("gateway/synthesizer.py", ["gateway.core.events", "gateway.core.voices"], []),
    # What every transport shares, and the transports: only they know their network library.
    (
        "gateway/door.py",
        [
            "gateway.accounts",
            "gateway.core.events",
            "gateway.database.charging",
            "gateway.dialects",
            "gateway.errors",
            "gateway.porch",
            "gateway.runner",
            "gateway.shared_counters",
            "gateway.wire",
        ],
        [],
    ),
    ("gateway/porch.py", ["gateway.errors"], []),
    ("gateway/promised.py", ["gateway.accounts.tokens", "gateway.dialects", "gateway.door", "gateway.errors"], []),
    (
        "gateway/transports/request.py",
        ["gateway.accounts", "gateway.core.voices", "gateway.dialects", "gateway.errors"],
        ["aiohttp", "msgspec"],
    ),
    ("gateway/transports/bodies.py", ["gateway.errors"], ["aiohttp"]),
    (
        "gateway/transports/websocket.py",
        [
            "gateway.accounts",
            "gateway.core.events",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/routes.py",
        ["gateway.dialects", "gateway.errors"],
        ["aiohttp"],
    ),
    (
        "gateway/transports/absent.py",
        [
            "gateway.accounts.plans",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/own_words.py",
        [
            "gateway.dialects.native",
            "gateway.dialects.surface",
            "gateway.errors",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    ("gateway/transports/cors.py", [], ["aiohttp"]),
    (
        "gateway/transports/contract.py",
        ["gateway.dialects", "gateway.openapi", "gateway.transports.routes"],
        ["aiohttp", "msgspec"],
    ),
    # The description of what they serve.
    (
        "gateway/openapi/*",
        [
            "gateway.dialects",
            "gateway.errors",
            "gateway.openapi",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["msgspec"],
    ),
    (
        "gateway/transports/health.py",
        [
            "gateway.dialects",
            "gateway.metrics",
            "gateway.runner",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp", "msgspec"],
    ),
    (
        "gateway/transports/http.py",
        [
            "gateway.accounts",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.synthesizer",
            "gateway.transports.bodies",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/grpc/*",
        [
            "gateway.accounts",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.synthesizer",
            "gateway.transports.grpc",
            "protos",
        ],
        ["grpc", "grpc_health", "grpc_reflection", "grpc_status", "google"],
    ),
    (
        "gateway/transports/jobs.py",
        [
            "gateway.accounts.plans",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.jobs",
            "gateway.library.store",
            "gateway.transports.bodies",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/library.py",
        [
            "gateway.dialects",
            "gateway.errors",
            "gateway.library",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp", "msgspec"],
    ),
    (
        "gateway/transports/shelves.py",
        [
            "gateway.accounts.plans",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.library.library",
            "gateway.transports.bodies",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp", "msgspec"],
    ),
    (
        "gateway/transports/listening.py",
        [
            "gateway.accounts.attempts",
            "gateway.core.shelf",
            "gateway.dialects",
            "gateway.errors",
            "gateway.library",
            "gateway.metrics",
            "gateway.transports.bodies",
            "gateway.transports.library",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/wyoming.py",
        [
            "gateway.core.voices",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.transports.request",
        ],
        [],
    ),
    (
        "gateway/transports/webhooks.py",
        [
            "gateway.accounts",
            "gateway.database.errors",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.transports.bodies",
            "gateway.transports.request",
            "gateway.transports.routes",
            "gateway.webhooks",
        ],
        ["aiohttp", "msgspec"],
    ),
    (
        "gateway/transports/reception.py",
        [
            "gateway.accounts",
            "gateway.core.voices",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.transports.request",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/desks.py",
        [
            "gateway.accounts",
            "gateway.dialects",
            "gateway.errors",
            "gateway.jobs",
            "gateway.ordering",
            "gateway.promised",
            "gateway.transports.bodies",
            "gateway.transports.jobs",
            "gateway.transports.reception",
            "gateway.transports.request",
            "gateway.transports.routes",
            "gateway.webhooks.addresses",
        ],
        ["aiohttp", "msgspec"],
    ),
    (
        "gateway/transports/desk_lists.py",
        [
            "gateway.accounts.plans",
            "gateway.dialects",
            "gateway.jobs",
            "gateway.ordering",
            "gateway.transports.bodies",
            "gateway.transports.reception",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    ("gateway/transports/gallery.py", ["gateway.dialects", "gateway.transports.routes"], ["aiohttp"]),
    ("gateway/gallery/__init__.py", [], []),
    (
        "gateway/previews.py",
        ["gateway.core", "gateway.errors", "gateway.jobs", "gateway.library.store", "gateway.runner"],
        [],
    ),
    (
        "gateway/transports/desk_previews.py",
        [
            "gateway.accounts.plans",
            "gateway.dialects",
            "gateway.errors",
            "gateway.previews",
            "gateway.transports.desks",
            "gateway.transports.reception",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/desk_health.py",
        [
            "gateway.dialects",
            "gateway.jobs",
            "gateway.transports.reception",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/desk_batches.py",
        [
            "gateway.accounts.plans",
            "gateway.database.errors",
            "gateway.dialects",
            "gateway.errors",
            "gateway.jobs",
            "gateway.ordering",
            "gateway.transports.bodies",
            "gateway.transports.desks",
            "gateway.transports.reception",
            "gateway.transports.request",
            "gateway.transports.routes",
            "gateway.webhooks.addresses",
        ],
        ["aiohttp", "msgspec"],
    ),
    (
        "gateway/transports/desk_hooks.py",
        [
            "gateway.accounts.plans",
            "gateway.database.errors",
            "gateway.dialects",
            "gateway.errors",
            "gateway.transports.bodies",
            "gateway.transports.reception",
            "gateway.transports.request",
            "gateway.transports.routes",
            "gateway.webhooks",
        ],
        ["aiohttp"],
    ),
    (
        "gateway/transports/mcp.py",
        [
            "gateway.accounts",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.jobs",
            "gateway.library.library",
            "gateway.mcp",
            "gateway.transports.asgi",
            "gateway.transports.bodies",
            "gateway.transports.request",
            "gateway.transports.routes",
        ],
        ["aiohttp", "msgspec"],
    ),
    ("gateway/transports/asgi.py", [], ["aiohttp"]),
    ("gateway/ordering.py", ["gateway.dialects", "gateway.jobs.job"], ["msgspec"]),
    ("gateway/transports/silence.py", [], ["aiohttp"]),
    ("gateway/transports/http_log.py", [], ["aiohttp"]),
    ("gateway/transports/__init__.py", [], []),
    # Tools for models: what they do is values in, values out; only its server knows the SDK.
    ("gateway/mcp/opening.py", ["gateway.errors", "gateway.mcp"], ["structlog"]),
    ("gateway/mcp/serving.py", ["gateway.mcp"], ["mcp"]),
    (
        "gateway/mcp/server.py",
        ["gateway.errors", "gateway.mcp"],
        ["mcp", "msgspec", "structlog"],
    ),
    (
        "gateway/mcp/*",
        [
            "gateway.accounts",
            "gateway.core.shelf",
            "gateway.core.voices",
            "gateway.dialects",
            "gateway.door",
            "gateway.errors",
            "gateway.jobs",
            "gateway.library.library",
            "gateway.library.store",
            "gateway.mcp",
            "gateway.ordering",
            "gateway.promised",
        ],
        ["msgspec"],
    ),
    # Its workers: started, watched, spoken to.
    (
        "gateway/workers/*",
        ["gateway.alarm", "gateway.core", "gateway.errors", "gateway.workers", "protos"],
        ["grpc", "grpc_health"],
    ),
    # Keys, settings, numbers.
    ("gateway/database/migrations/*", ["gateway.database.tables"], ["alembic", "sqlalchemy"]),
    ("gateway/database/migrating.py", ["gateway.database.engine"], ["alembic", "sqlalchemy"]),
    (
        "gateway/database/*",
        ["gateway.config", "gateway.database", "gateway.errors"],
        ["rich", "sqlalchemy"],
    ),
    (
        "gateway/accounts/*",
        ["gateway.accounts", "gateway.config", "gateway.database", "gateway.errors", "gateway.shared_counters"],
        ["sqlalchemy", "cyclopts", "limits", "pydantic", "redis", "rich"],
    ),
    (
        "gateway/webhooks/*",
        ["gateway.database", "gateway.errors", "gateway.metrics", "gateway.webhooks"],
        ["aiohttp", "msgspec", "sqlalchemy", "standardwebhooks", "yarl"],
    ),
    # Audio that is kept, and jobs.
    (
        "gateway/jobs/*",
        [
            "gateway.core",
            "gateway.database",
            "gateway.dialects",
            "gateway.errors",
            "gateway.jobs",
            "gateway.library",
            "gateway.metrics",
            "gateway.runner",
            "gateway.synthesizer",
        ],
        ["msgspec", "sqlalchemy"],
    ),
    (
        "gateway/settling.py",
        ["gateway.accounts.usage", "gateway.database.charging", "gateway.jobs.ending"],
        ["sqlalchemy"],
    ),
    (
        "gateway/news.py",
        ["gateway.dialects", "gateway.jobs", "gateway.ordering", "gateway.webhooks.outbox"],
        ["msgspec", "sqlalchemy"],
    ),
    ("gateway/library/store.py", ["gateway.config", "gateway.errors", "gateway.library"], ["obstore"]),
    ("gateway/library/writer.py", [], ["obstore"]),
    (
        "gateway/library/*",
        [
            "gateway.core.shelf",
            "gateway.database",
            "gateway.errors",
            "gateway.library",
            "gateway.metrics",
        ],
        ["msgspec", "segno", "sqlalchemy"],
    ),
    ("gateway/config/settings.py", ["gateway.accounts.plans", "gateway.config", "gateway.core.events"], ["pydantic"]),
    ("gateway/config/*", ["gateway.config"], ["pydantic"]),
    ("gateway/metrics.py", ["gateway.metrics_directory"], ["prometheus_client"]),
    ("gateway/metrics_directory.py", [], []),
    ("gateway/shared_counters.py", [], []),
    # Where it is put together.
    ("gateway/server/life.py", ["gateway"], ["structlog"]),
    ("gateway/server/*", ["gateway"], ["aiohttp"]),
    ("gateway/heartbeats.py", [], []),
    ("gateway/processes.py", ["gateway"], ["structlog"]),
    ("gateway/__main__.py", ["gateway"], ["cyclopts", "structlog", "uvloop"]),
    ("gateway/__init__.py", [], []),
    # PROGRAM 2. Only the espeak engine knows libespeak-ng, only the Kokoro engine torch.
    ("synth/batching/*", ["synth.batching", "synth.engines"], []),
    ("synth/engines/kokoro/model/kernels.py", ["synth.engines"], ["torch", "triton"]),
    ("synth/engines/kokoro/model/*", ["synth.engines"], ["numpy", "torch"]),
    (
        "synth/engines/kokoro/bench/*",
        [
            "synth.engines",
            "synth.engines.kokoro.bench",
            "synth.engines.kokoro.cores",
            "synth.engines.kokoro.model",
            "synth.engines.kokoro.pretend",
            "synth.engines.kokoro.sharing",
        ],
        ["cyclopts", "kokoro", "numpy", "torch"],
    ),
    (
        "synth/engines/kokoro/pretend/*",
        ["synth.engines.kokoro.model", "synth.engines.kokoro.pretend"],
        ["cyclopts", "torch"],
    ),
    ("synth/engines/kokoro/reading/*", ["synth.engines"], ["cn2an", "jieba", "misaki", "phonemizer", "spacy"]),
    (
        "synth/engines/kokoro/*",
        ["synth.config", "synth.engines"],
        ["cyclopts", "huggingface_hub", "numpy", "structlog", "torch"],
    ),
    ("synth/engines/espeak/*", ["synth.config", "synth.engines"], ["espeakng_loader"]),
    ("synth/engines/*", ["synth.config", "synth.engines"], ["numpy"]),
    ("synth/gpu.py", ["synth"], []),
    (
        "synth/*",
        ["synth", "protos"],
        ["cyclopts", "grpc", "grpc_health", "pydantic", "pydantic_settings", "structlog", "uvloop"],
    ),
    # The clients and the load test know the wire and nothing behind it.
    ("clients/python/voxgate/*", ["voxgate", "protos"], ["*"]),
    # Except for the comparison of segmenters, which is about the one that we have.
    ("loadtest/segmentation/streams.py", ["gateway.core.segmenter"], []),
    ("loadtest/segmentation/invariants.py", ["gateway.core.segmenter"], []),
    ("loadtest/segmentation/stall.py", ["gateway.core.segmenter", "loadtest.segmentation"], []),
    ("loadtest/segmentation/*", ["loadtest.segmentation"], ["*"]),
    ("loadtest/scheduling/simulation.py", ["loadtest", "gateway.workers.line", "synth.batching"], []),  # the real line
    ("loadtest/scheduling/*", ["loadtest", "synth.batching", "synth.engines"], []),  # it drives the real batcher
    ("loadtest/*", ["loadtest", "protos"], ["*"]),
    ("protos/*_pb2*.py", ["protos"], ["google", "grpc"]),
    ("protos/*", [], ["grpc_tools"]),
]


def files():
    found = (path for program in PROGRAMS for path in (ROOT / program).rglob("*.py"))
    return sorted(str(path.relative_to(ROOT)) for path in found)


@cache
def imports(path):
    """Once for each, whoever asks."""
    return tuple(_imports(path))


def _imports(path):
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: say where a thing is from the root"
            # `from gateway.core import events` names a module, `from gateway.errors import Code` does not.
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in names if (ROOT / name.replace(".", "/")).with_suffix(".py").exists()]
            yield from modules or [node.module]


def within(module, room):
    return module == room or module.startswith(room + ".")


def room_of(path):
    rooms = [room for room in ROOMS if fnmatch(path, room[0])]
    assert rooms, f"{path} has no room: enter it in ROOMS, or put what is in it where it belongs"
    return rooms[0]


@pytest.mark.parametrize("path", files())
def test_a_file_imports_only_what_its_room_may(path):
    _, ours, libraries = room_of(path)
    for module in imports(path):
        top = module.split(".")[0]
        if top in OURS:
            assert any(within(module, room) for room in ours), f"{path} may not import {module}"
        elif top not in sys.stdlib_module_names:
            assert top in libraries or "*" in libraries, f"{path} may not import {module}"


def test_every_room_is_lived_in():
    lived_in = {room_of(path)[0] for path in files()}
    assert [pattern for pattern, _, _ in ROOMS if pattern not in lived_in] == []


def test_jobs_know_no_dialect():
    for path in (ROOT / "gateway/jobs").glob("*.py"):
        known = {module for module in imports(str(path.relative_to(ROOT))) if within(module, "gateway.dialects")}
        assert known <= {"gateway.dialects"}, f"{path.name} imports {known}"


SHARED = ("calls", "claims", "desk", "one_shot", "paging", "prices", "reply", "shape", "shelf", "surface")


def test_dialects_do_not_know_each_other():
    """What lies in the folder itself and is no dialect is for all of them."""
    room = ROOT / "gateway/dialects"
    shared = {
        "gateway.dialects",
        *(f"gateway.dialects.{name}" for name in SHARED),
    }
    for path in room.rglob("*.py"):
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts[:3])
        if path.name == "paths.py":
            continue
        others = {module for module in imports(str(path.relative_to(ROOT))) if within(module, "gateway.dialects")}
        rooms = own, "gateway.dialects.desk", "gateway.dialects.shelf"
        strangers = {module for module in others - shared if not any(within(module, room) for room in rooms)}
        assert not strangers, f"{path.relative_to(room)} imports {strangers}"
