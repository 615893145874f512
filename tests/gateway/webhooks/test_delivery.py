import asyncio
import hashlib
import hmac
import json

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gateway.errors import InvalidSetting
from gateway.webhooks.outbox import ATTEMPTS, DELAYS, State
from gateway.webhooks.signing import as_standard, sign


async def test_an_event_is_posted_once_and_said_to_be_delivered(endpoints, receiver, tell, sender, outbox):
    await endpoints.set("a", receiver.url)
    delivery_id = await tell(body={"event": "job.completed", "data": {"job_id": "1"}})

    assert await sender() == 1
    assert await sender() == 0

    [(headers, body)] = receiver.heard
    assert json.loads(body) == {"event": "job.completed", "data": {"job_id": "1"}}
    assert headers["X-TTS-Event"] == "job.completed"
    assert headers["X-TTS-Delivery-ID"] == headers["webhook-id"] == delivery_id
    [delivery] = await outbox.log("a")
    assert (delivery.state, delivery.status, delivery.attempts) == (State.DELIVERED, 200, 1)
    assert await outbox.log("b") == []


async def test_both_signatures_can_be_verified(endpoints, receiver, tell, sender):
    endpoint, fresh = await endpoints.set("a", receiver.url)
    await tell()
    await sender()

    [(headers, body)] = receiver.heard
    assert fresh
    moment, signature = (part.partition("=")[2] for part in headers["X-TTS-Signature"].split(","))
    assert signature == hmac.new(endpoint.secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    expected = sign([endpoint.secret], headers["webhook-id"], "job.completed", body, float(moment))
    assert headers["webhook-signature"] == expected["webhook-signature"]


def test_the_library_of_standard_webhooks_takes_our_signature(now):
    secret = "00ff" * 16
    headers = sign([secret], "whd_1", "job.completed", '{"a":1}', now)

    assert Webhook(as_standard(secret)).verify('{"a":1}', headers) == {"a": 1}
    with pytest.raises(WebhookVerificationError):
        Webhook(as_standard(secret)).verify('{"a":2}', headers)


@pytest.fixture
def now():
    import time

    return time.time()


async def test_a_replaced_secret_signs_beside_the_new_one_for_a_day(endpoints, receiver, tell, sender, clock):
    old, _ = await endpoints.set("a", receiver.url)
    new, fresh = await endpoints.set("a", receiver.url, rotate=True)
    await tell()
    await sender()
    clock.now += 24 * 3600 + 1
    await tell()
    await sender()

    assert fresh
    assert new.secret != old.secret
    assert [headers["X-TTS-Signature"].count("v1=") for headers, _ in receiver.heard] == [2, 1]
    assert [len(headers["webhook-signature"].split()) for headers, _ in receiver.heard] == [2, 1]


async def test_another_url_keeps_the_secret(endpoints, receiver):
    first, _ = await endpoints.set("a", receiver.url)

    second, fresh = await endpoints.set("a", receiver.url + "2")

    assert (second.secret, second.url, fresh) == (first.secret, receiver.url + "2", False)


async def test_a_receiver_that_fails_is_asked_eight_times_over_38_hours(
    endpoints, receiver, tell, sender, outbox, clock
):
    receiver.answers = [500]
    await endpoints.set("a", receiver.url)
    delivery_id = await tell()
    begun, tried = clock.now, []

    while (due_at := (await outbox.log("a"))[0].due_at) is not None:
        clock.now = due_at - 1
        assert await sender() == 0, "not yet"
        clock.now = due_at
        assert await sender() == 1
        tried.append(clock.now - begun)

    assert len(tried) == ATTEMPTS == 8
    assert 33 * 3600 < tried[-1] < 42 * 3600
    assert sum(DELAYS) == pytest.approx(37.6 * 3600, rel=0.01)
    assert {headers["webhook-id"] for headers, _ in receiver.heard} == {delivery_id}
    assert len({body for _, body in receiver.heard}) == 1
    [delivery] = await outbox.log("a")
    assert (delivery.state, delivery.status) == (State.FAILED, 500)


async def test_a_receiver_that_comes_back_hears_it(endpoints, receiver, tell, sender, outbox, clock):
    receiver.answers = [503, 204]
    await endpoints.set("a", receiver.url)
    await tell()
    await sender()
    assert await sender() == 0, "not yet"
    clock.now += 60

    await sender()

    [delivery] = await outbox.log("a")
    assert (delivery.state, delivery.status, delivery.attempts) == (State.DELIVERED, 204, 2)


async def test_a_redirect_is_not_followed(endpoints, receiver, tell, sender, outbox):
    receiver.answers = [307]
    await endpoints.set("a", receiver.url)
    await tell()

    await sender()

    assert len(receiver.heard) == 1
    assert (await outbox.log("a"))[0].status == 307


async def test_nobody_there_is_noted(endpoints, tell, sender, outbox):
    await endpoints.set("a", "http://127.0.0.1:9/hook")
    await tell()

    await sender()

    [delivery] = await outbox.log("a")
    assert (delivery.state, delivery.status) == (State.PENDING, 0)
    assert delivery.note


async def test_without_a_webhook_nothing_is_sent_whatever_url_is_asked_for(tell, outbox, receiver):
    assert await tell(url=receiver.url) is None
    assert await outbox.log("a") == []


async def test_a_request_may_name_another_url(endpoints, receiver, tell, sender):
    await endpoints.set("a", "http://127.0.0.1:9/hook")
    await tell(url=receiver.url + "/other")

    await sender()

    assert len(receiver.heard) == 1


@pytest.mark.slow
async def test_of_several_senders_each_delivery_is_taken_by_one(endpoints, receiver, tell, sender, outbox):
    await endpoints.set("a", receiver.url)
    for _ in range(40):
        await tell()

    while sum(await asyncio.gather(*(sender() for _ in range(4)))):
        pass

    ids = [headers["webhook-id"] for headers, _ in receiver.heard]
    assert len(ids) == len(set(ids)) == 40
    assert {delivery.state for delivery in await outbox.log("a")} == {State.DELIVERED}


async def test_what_was_taken_by_a_sender_that_died_is_taken_again(endpoints, receiver, tell, sender, outbox, clock):
    await endpoints.set("a", receiver.url)
    await tell()
    [taken] = await outbox.claim(clock(), 1)
    assert await sender() == 0
    clock.now += 61

    assert await sender() == 1
    await outbox.missed(taken, 500, "late news", clock(), 1.0)

    assert (await outbox.log("a"))[0].state is State.DELIVERED


async def test_a_removed_webhook_hears_nothing_more(endpoints, receiver, tell, sender):
    await endpoints.set("a", receiver.url)
    await tell()
    assert await endpoints.remove("a")
    assert not await endpoints.remove("a")

    await sender()

    assert receiver.heard == []


async def test_a_url_that_is_none_is_refused(endpoints):
    with pytest.raises(InvalidSetting):
        await endpoints.set("a", "hook")


@pytest.mark.parametrize("url", ["https://a..b/", f"https://{'a' * 64}.com/"])
async def test_a_name_that_cannot_be_looked_up_is_noted_and_stops_nobody(
    endpoints, receiver, tell, sender, outbox, url
):
    await endpoints.set("a", receiver.url)
    await tell(url=url)
    await tell()

    assert await sender() == 2

    assert {delivery.state for delivery in await outbox.log("a")} == {State.PENDING, State.DELIVERED}


async def test_what_is_noted_can_be_stored_anywhere(endpoints, receiver, tell, outbox, clock):
    await endpoints.set("a", receiver.url)
    await tell()
    [delivery] = await outbox.claim(clock(), 1)

    await outbox.missed(delivery, 0, "said: \0\udcff\n!", clock(), 1.0)

    assert (await outbox.log("a"))[0].note == "said:    !"
