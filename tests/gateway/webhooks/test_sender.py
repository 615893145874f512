import pytest

from gateway.webhooks.outbox import PER_OWNER

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sending")]


async def test_a_receiver_that_hangs_keeps_nobody_elses_events_waiting(endpoints, new_receiver, tell):
    """It would take 15 seconds for each of its own."""
    hanging, quick = await new_receiver(0), await new_receiver()
    await endpoints.set("slow", hanging.url)
    await endpoints.set("quick", quick.url)
    for _ in range(100):
        await tell("slow")
    await hanging.until(PER_OWNER)
    for _ in range(40):
        await tell("quick")

    await quick.until(40)

    assert len(hanging.heard) == PER_OWNER


async def test_nor_do_those_of_many_owners(endpoints, new_receiver, tell):
    hanging, quick = await new_receiver(0), await new_receiver()
    for number in range(10):
        await endpoints.set(f"slow {number}", hanging.url)
        for _ in range(8):
            await tell(f"slow {number}")
    await endpoints.set("quick", quick.url)
    await tell("quick")

    await quick.until(1)
    await hanging.until(10 * PER_OWNER)


async def test_what_is_through_makes_room_for_the_next(endpoints, new_receiver, tell, outbox):
    receiver = await new_receiver()
    await endpoints.set("a", receiver.url)
    ids = {await tell() for _ in range(5 * PER_OWNER)}

    await receiver.until(len(ids))

    assert {headers["webhook-id"] for headers, _ in receiver.heard} == ids
    assert {delivery.attempts for delivery in await outbox.log("a")} == {1}
