import asyncio
from dataclasses import replace

import pytest

from gateway.core.shelf.item_orders import (
    Collect,
    DeleteCollection,
    DeleteItems,
    EditItem,
    FindItem,
    ListCollections,
    ListItems,
    ListTags,
    MakeCollection,
    RenameCollection,
    Sort,
    Summarise,
)
from gateway.errors import InvalidSetting, NameTaken, UnknownCollection, UnknownJob
from gateway.library.library import Library


async def ids(library, **wanted):
    return [item.job_id for item in (await library.do("me", ListItems(**wanted))).items]


async def test_the_summary_says_how_much_there_is_of_what(library, making):
    await making.job(audio=b"x" * 300, seconds=1.0, encoding="mp3")
    await making.job(audio=b"x" * 200, seconds=2.0, encoding="mp3")
    await making.job(audio=b"x" * 500, seconds=4.0, encoding="ogg_opus")
    await making.job(audio=b"x", seconds=8.0, encoding="mulaw")
    await making.job(audio=b"")
    await making.job(owner="you")

    summary = await library.do("me", Summarise())
    assert (summary.all.items, summary.all.size, summary.all.seconds) == (4, 1001, 15.0)
    assert [(each.format, each.items, each.size, each.seconds) for each in summary.by_format] == [
        ("mp3", 2, 500, 3.0),
        ("mulaw", 1, 1, 8.0),
        ("ogg", 1, 500, 4.0),
    ]
    assert (await library.do("nobody", Summarise())).all.items == 0


async def test_an_item_is_the_job_with_what_is_said_about_it(library, making):
    job = await making.job("A text that is spoken. " * 50, encoding="flac")
    item = await library.do("me", FindItem(job))

    assert (item.state, item.voice, item.encoding, item.audio.size) == ("completed", "ann", "flac", 1000)
    assert (item.title, item.tags, item.collection_id) == ("", (), None)
    assert item.begins == ("A text that is spoken. " * 50)[:200]


@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_hold_everything_once_in_order_while_items_come_and_go(library, making, sort):
    made = [await making.job(f"{n}.", audio=b"x" * (1 + n % 3), seconds=float(n % 4)) for n in range(9)]
    for number, job in enumerate(made):
        await library.do("me", EditItem(job, title=f"T{number % 5}"))
    found, after = [], ""
    while True:
        page = await library.do("me", ListItems(limit=2, sort=sort, after=after))
        found += page.items
        if not (after := page.next):
            break
        await library.do("me", DeleteItems((page.items[0].job_id,)))  # the mark itself may go
    keys = {"created_at": lambda i: i.created_at, "bytes": lambda i: i.audio.size}
    keys |= {"seconds": lambda i: i.audio.seconds, "title": lambda i: i.title}
    told = [keys[sort.removeprefix("-")](item) for item in found]

    assert told == sorted(told, reverse=sort.startswith("-"))
    assert sorted(item.job_id for item in found) == sorted(made)


async def test_a_list_is_narrowed(library, making, clock):
    old = await making.job("An old tale about a 100% fish.")
    clock.now += 1000
    new = await making.job("A new one.")
    collection = await library.do("me", MakeCollection("tales"))
    await library.do("me", EditItem(old, title="Der Fisch", tags=("final", "sea"), collection_id=collection.id))

    assert await ids(library, tag="final") == await ids(library, collection_id=collection.id) == [old]
    assert await ids(library, text="fisch") == await ids(library, text="100% FISH") == [old]
    assert await ids(library, text="1%") == await ids(library, tag="fin") == await ids(library, text="_") == []
    assert await ids(library, created_after=clock.now - 500) == [new]
    assert await ids(library, created_before=clock.now - 500) == [old]
    assert await ids(library) == [new, old]


@pytest.mark.parametrize("after", ["x", "AAAA", "W10", "WzEsMl0", "\0", "ä" * 30, "A" * 3000, "WyJcdTAwMDAiLCJ4Il0"])
@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.BY_TITLE])
async def test_a_mark_that_is_none_is_refused(library, after, sort):
    with pytest.raises(InvalidSetting):
        await library.do("me", ListItems(after=after, sort=sort))


async def test_a_job_that_waits_can_be_named_too(library, making):
    job = await making.submit()
    item = await library.do("me", EditItem(job.id, title="  Cafe\u0301 ", add_tags=("a", "b", "a")))

    assert (item.title, item.tags, item.state, item.audio) == ("Caf\u00e9", ("a", "b"), "queued", None)
    assert await ids(library) == []


async def test_what_an_edit_does_not_name_stays(library, making):
    job = await making.job()
    await library.do("me", EditItem(job, title="T", tags=("a", "b")))
    await library.do("me", EditItem(job, remove_tags=("a", "z"), add_tags=("c",)))
    item = await library.do("me", EditItem(job))

    assert (item.title, item.tags) == ("T", ("b", "c"))
    assert (await library.do("me", EditItem(job, title="", tags=()))).tags == ()


async def test_tags_that_are_added_at_one_moment_are_all_there(library, open_writing, store, clock, making):
    job = await making.job()
    other = Library(await open_writing(), store, clock)
    adding = [each.do("me", EditItem(job, add_tags=(f"t{n % 20}",))) for n in range(40) for each in (library, other)]
    await asyncio.gather(*adding)

    assert (await library.do("me", FindItem(job))).tags == tuple(sorted(f"t{n}" for n in range(20)))
    tags = (await library.do("me", ListTags())).tags
    assert {tag.items for tag in tags} == {1}


async def test_tags_have_a_bound_under_races_too(library, making):
    job = await making.job()
    adding = (library.do("me", EditItem(job, add_tags=tuple(f"{n}-{m}" for m in range(20)))) for n in range(4))
    told = await asyncio.gather(*adding, return_exceptions=True)

    assert sum(isinstance(each, InvalidSetting) for each in told) == 2
    assert len((await library.do("me", FindItem(job))).tags) == 40


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 201},
        {"title": "a\0b"},
        {"title": "\ud800"},
        {"title": "\u0301" * 1_000_000},
        {"tags": ("",)},
        {"tags": ("x" * 65,)},
        {"tags": ("a\nb",)},
        {"add_tags": tuple(map(str, range(51)))},
    ],
)
async def test_what_cannot_be_said_is_refused(library, making, wrong):
    job = await making.job()
    with pytest.raises(InvalidSetting):
        await library.do("me", EditItem(job, **wrong))
    assert await library.do("me", FindItem(job)) == replace(await library.do("me", FindItem(job)), title="", tags=())


async def test_what_is_somebody_elses_is_not_there(library, making):
    job = await making.job(owner="you")
    yours = await library.do("you", MakeCollection("c"))
    mine = await making.job()

    for order in (FindItem(job), EditItem(job, title="x"), EditItem("a\0b", title="x")):
        with pytest.raises(UnknownJob):
            await library.do("me", order)
    for wrong in (yours.id, "nobody", "a\0b"):
        for order in (EditItem(mine, collection_id=wrong), RenameCollection(wrong, "x"), Collect(wrong, add=(mine,))):
            with pytest.raises(UnknownCollection):
                await library.do("me", order)
    assert (await library.do("me", FindItem(mine))).collection_id is None
    gone = await library.do("me", DeleteItems((job, "nobody", mine, "a\0b", mine)))
    assert (gone.done, gone.not_found) == ((mine,), (job, "nobody", "a\0b"))
    assert (await library.do("you", FindItem(job))).state == "completed"


async def test_a_collection_is_made_once_however_often_it_is_asked_for(library, open_writing, store, clock):
    other = Library(await open_writing(), store, clock)
    made = await asyncio.gather(*(each.do("me", MakeCollection("c")) for _ in range(10) for each in (library, other)))

    assert len({each.id for each in made}) == 1
    assert len((await library.do("me", ListCollections())).collections) == 1
    assert (await library.do("you", MakeCollection("c"))).id != made[0].id


async def test_collections_are_filled_renamed_and_deleted(library, making):
    a, b = await making.job(), await making.job()
    one, two = [await library.do("me", MakeCollection(name)) for name in ("one", "two")]
    told = await library.do("me", Collect(one.id, add=(a, b, "nobody")))
    assert (told.done, told.not_found) == ((a, b), ("nobody",))
    await library.do("me", Collect(two.id, add=(b,)))
    assert (await library.do("me", Collect(one.id, remove=(a, b)))).done == (a,)

    assert [(each.name, each.items) for each in (await library.do("me", ListCollections())).collections] == [
        ("one", 0),
        ("two", 1),
    ]
    with pytest.raises(NameTaken):
        await library.do("me", RenameCollection(one.id, "two"))
    assert (await library.do("me", RenameCollection(two.id, "three"))).items == 1
    assert (await library.do("me", DeleteCollection(two.id))).done == (two.id,)
    assert (await library.do("me", DeleteCollection(two.id))).not_found == (two.id,)
    assert (await library.do("me", FindItem(b))).collection_id is None


async def test_deleting_takes_audio_text_and_all_that_is_said(library, making, store, records):
    keep, gone = await making.job(), await making.job()
    waiting = (await making.submit()).id
    await library.do("me", EditItem(gone, title="T", tags=("a",)))
    assert (await library.do("me", DeleteItems((gone, waiting)))).done == (gone, waiting)

    assert [path.split("/")[1] for path in await store.list("jobs")] == [keep]
    assert (await library.do("me", ListTags())).tags == ()
    for job in (gone, waiting):
        with pytest.raises(UnknownJob):
            await records.find("me", job)
    assert (await library.do("me", DeleteItems((gone,)))).not_found == (gone,)


async def test_of_many_who_delete_the_same_each_item_is_deleted_by_one(library, open_writing, store, clock, making):
    made = [await making.job() for _ in range(10)]
    other = Library(await open_writing(), store, clock)
    told = await asyncio.gather(
        *(each.do("me", DeleteItems(tuple(made))) for _ in range(4) for each in (library, other))
    )

    assert sorted(job for each in told for job in each.done) == sorted(made)
    assert await store.list("jobs") == []
