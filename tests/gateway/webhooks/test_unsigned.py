"""A webhook that a request names for itself, of an owner who has none."""

from gateway.webhooks.outbox import News, enqueue


async def test_it_goes_where_it_was_told_to_without_a_signature(writing, clock, receiver, sender, outbox):
    async with writing.begin() as connection:
        named = await enqueue(connection, News("a", "task.completed", {"x": 1}, receiver.url, unsigned=True), clock())

    assert await sender() == 1

    [(headers, body)] = receiver.heard
    assert (headers["webhook-id"], body) == (named, '{"x":1}')
    assert not {"webhook-signature", "X-TTS-Signature"} & set(headers)
    [delivery] = await outbox.log("a")
    assert delivery.state == "delivered"


async def test_it_is_signed_when_its_owner_has_a_secret(writing, clock, receiver, sender, endpoints):
    await endpoints.set("a", "http://127.0.0.1:1/own")
    async with writing.begin() as connection:
        await enqueue(connection, News("a", "task.completed", {"x": 1}, receiver.url, unsigned=True), clock())

    await sender()

    [(headers, _)] = receiver.heard
    assert headers["X-TTS-Signature"].startswith("t=")


async def test_nothing_goes_unsigned_that_may_not(writing, clock):
    async with writing.begin() as connection:
        assert await enqueue(connection, News("a", "job.completed", {}, "http://127.0.0.1:1/"), clock()) is None
        assert await enqueue(connection, News("a", "task.completed", {}, unsigned=True), clock()) is None
