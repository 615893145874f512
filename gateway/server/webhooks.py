"""Who is told what has happened."""

from gateway.server.ground import Ground
from gateway.webhooks.addresses import Addresses
from gateway.webhooks.endpoints import Endpoints
from gateway.webhooks.outbox import Outbox
from gateway.webhooks.post import Post
from gateway.webhooks.sender import Sender
from gateway.webhooks.webhooks import Webhooks


def open_webhooks(ground: Ground) -> Webhooks:
    addresses = Addresses(allow_private=ground.config.webhooks_allow_private)
    webhooks = Webhooks(ground.writing, Endpoints(ground.writing, addresses), Outbox(ground.writing))
    ground.keep_doing(Sender(Post(webhooks.outbox, webhooks.endpoints, addresses, ground.metrics)).run())
    return webhooks
