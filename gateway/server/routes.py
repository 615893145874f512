"""All that is served over HTTP: a line for each transport."""

from dataclasses import dataclass
from importlib.metadata import version

from aiohttp import web

from gateway.accounts.addresses import Proxies
from gateway.accounts.tokens import TokenStore
from gateway.config import GatewayConfig
from gateway.dialects.paths import DESKS, SHELVES, SURFACES
from gateway.dialects.surface import Settings
from gateway.door import Door
from gateway.jobs.batches import Batches
from gateway.jobs.jobs import Jobs
from gateway.library.store import AudioStore
from gateway.metrics import Metrics
from gateway.previews import Previews
from gateway.server.library import Shelves
from gateway.server.listening import longest_body
from gateway.transports.absent import AbsentTransport
from gateway.transports.contract import ContractTransport
from gateway.transports.cors import Cors
from gateway.transports.desk_batches import DeskBatches
from gateway.transports.desk_health import DeskHealth
from gateway.transports.desk_hooks import DeskHooks
from gateway.transports.desk_lists import DeskLists
from gateway.transports.desk_previews import DeskPreviews
from gateway.transports.desks import DeskTransport
from gateway.transports.gallery import add_gallery
from gateway.transports.health import HealthTransport
from gateway.transports.http import HttpTransport
from gateway.transports.jobs import JobsTransport
from gateway.transports.library import LibraryTransport
from gateway.transports.listening import ListeningTransport
from gateway.transports.mcp import McpTransport
from gateway.transports.own_words import own_words
from gateway.transports.reception import Reception
from gateway.transports.request import PUBLIC_URL, TRUSTED, sign_replies
from gateway.transports.shelves import ShelfTransport
from gateway.transports.webhooks import WebhookTransport
from gateway.transports.websocket import WebSocketTransport
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.webhooks import Webhooks
from gateway.workers.synth_client import SynthClient


@dataclass(frozen=True, slots=True)
class Parts:
    """What the transports speak for."""

    config: GatewayConfig
    metrics: Metrics
    synth: SynthClient
    door: Door
    tokens: TokenStore
    store: AudioStore
    jobs: Jobs
    batches: Batches
    previews: Previews
    webhooks: Webhooks
    shelves: Shelves


def open_app(parts: Parts) -> web.Application:
    """What has a name of its own comes before what is a job's id."""
    door, jobs, tokens = parts.door, parts.jobs, parts.tokens
    settings = Settings(parts.config.voiceai_grace, parts.config.prices)
    app = web.Application(client_max_size=longest_body(parts.config))
    app[PUBLIC_URL] = parts.config.public_url
    app.middlewares.append(own_words)
    sign_replies(app)
    Cors(parts.config.cors_origins).watch(app)
    app[TRUSTED] = Proxies(parts.config.trusted_proxies)
    WebSocketTransport(door, SURFACES, parts.config.max_message_size, settings).add_routes(app)
    HttpTransport(door, SURFACES, parts.synth, tokens, settings).add_routes(app)
    HealthTransport(door.runner, parts.metrics).add_routes(app)
    LibraryTransport(parts.store).add_routes(app)
    WebhookTransport(door, parts.webhooks).add_routes(app)
    JobsTransport(door, jobs, settings).add_routes(app)
    reception = Reception(door, lambda: parts.synth.catalog, settings)
    addresses = Addresses(allow_private=parts.config.webhooks_allow_private)
    DeskTransport(reception, jobs, tokens, addresses).add_routes(app, DESKS)
    DeskPreviews(reception, parts.previews).add_routes(app, DESKS)
    DeskHealth(reception, jobs).add_routes(app, DESKS)
    DeskBatches(reception, jobs, parts.batches, addresses).add_routes(app, DESKS)
    DeskLists(reception, jobs).add_routes(app, DESKS)
    DeskHooks(reception, parts.webhooks).add_routes(app, DESKS)
    ShelfTransport(door, parts.shelves.library).add_routes(app, SHELVES)
    listening, guesses = parts.shelves.listening, parts.shelves.guesses
    ListeningTransport(listening, parts.store, guesses, parts.metrics).add_routes(app)
    longest, origins = longest_body(parts.config), parts.config.mcp_origins
    McpTransport(door, jobs, parts.shelves.library, tokens, settings, longest=longest, origins=origins).add_routes(app)
    add_gallery(app)
    AbsentTransport(door).add_routes(app, (*SURFACES, *DESKS))
    ContractTransport(version("voxgate")).add_routes(app)  # the last: it describes them
    return app
