"""Items, tags, collections: what requests ask, and how answers read."""

from gateway.core.shelf import facts, item_orders
from gateway.core.shelf.item_orders import Sort
from gateway.dialects.shape import Shape
from gateway.dialects.shelf import Action, Asking, Said
from gateway.dialects.shelf.bodies import (
    CollectBody,
    CollectionBody,
    EditBody,
    ItemQuery,
    JobsBody,
    kept,
    seconds_of,
)
from gateway.dialects.shelf.replies import (
    CollectedTold,
    CollectionsTold,
    CollectionTold,
    DeletedTold,
    FormatTold,
    ItemsTold,
    ItemTold,
    SummaryTold,
    TagsTold,
    TagTold,
    moment,
    perhaps,
)


def _listing(asking: Asking) -> item_orders.ListItems:
    query: ItemQuery = asking.query
    return item_orders.ListItems(
        query.limit,
        query.after,
        Sort(query.sort),
        query.tag,
        query.collection_id,
        query.text,
        seconds_of(query.created_after),
        seconds_of(query.created_before),
    )


def _edit(asking: Asking) -> item_orders.EditItem:
    body: EditBody = asking.body
    title = kept(body.title)
    return item_orders.EditItem(
        asking.path["id"],
        "" if title is None else title,
        kept(body.collection_id),
        kept(body.tags),
        body.add_tags,
        body.remove_tags,
    )


def item_told(item: facts.Item, asking: Asking) -> ItemTold:
    audio = item.audio
    return ItemTold(
        item.job_id,
        item.state,
        item.title,
        item.tags,
        item.collection_id,
        item.voice or None,
        item.encoding,
        item.characters,
        item.begins,
        audio.size if audio else None,
        round(audio.seconds, 3) if audio else None,
        asking.audio.format(item.job_id) if audio else None,
        moment(item.created_at),
        perhaps(item.finished_at),
    )


def _items(page: facts.Items, asking: Asking) -> Said:
    return Said(ItemsTold(tuple(item_told(item, asking) for item in page.items), page.next or None))


def _summary(summary: facts.Summary, _asking: Asking) -> Said:
    formats = [FormatTold(each.format, each.items, each.size, round(each.seconds, 3)) for each in summary.by_format]
    whole = summary.all
    return Said(SummaryTold(whole.items, whole.size, round(whole.seconds, 3), tuple(formats)))


def _collection(collection: facts.Collection) -> CollectionTold:
    return CollectionTold(collection.id, collection.name, collection.items, moment(collection.created_at))


def _deleted(done: facts.Done, _asking: Asking) -> Said:
    return Said(DeletedTold(done.done, done.not_found))


SUMMARY = Action(lambda _: item_orders.Summarise(), _summary, Shape("How much is kept", replies={200: SummaryTold}))
LIST = Action(_listing, _items, Shape("What is kept, in pages", query=ItemQuery, replies={200: ItemsTold}))
FIND = Action(
    lambda asking: item_orders.FindItem(asking.path["id"]),
    lambda item, asking: Said(item_told(item, asking)),
    Shape("A job as an item", replies={200: ItemTold}),
)
EDIT = Action(
    _edit,
    lambda item, asking: Said(item_told(item, asking)),
    Shape("Title, tags, collection of a job", EditBody, replies={200: ItemTold}, example={"tags": ["final"]}),
)
DELETE = Action(
    lambda asking: item_orders.DeleteItems((asking.path["id"],)),
    _deleted,
    Shape("Delete a job and its audio", replies={200: DeletedTold}),
)
DELETE_ALL = Action(
    lambda asking: item_orders.DeleteItems(asking.body.job_ids),
    _deleted,
    Shape("Delete jobs and their audio", JobsBody, replies={200: DeletedTold}, example={"job_ids": ["JOB_1"]}),
)
TAGS = Action(
    lambda _: item_orders.ListTags(),
    lambda tags, _: Said(TagsTold(tuple(TagTold(tag.name, tag.items) for tag in tags.tags))),
    Shape("All tags", replies={200: TagsTold}),
)
COLLECTIONS = Action(
    lambda _: item_orders.ListCollections(),
    lambda found, _: Said(CollectionsTold(tuple(_collection(each) for each in found.collections))),
    Shape("All collections", replies={200: CollectionsTold}),
)
MAKE_COLLECTION = Action(
    lambda asking: item_orders.MakeCollection(asking.body.name),
    lambda made, _: Said(_collection(made), 201),
    Shape("A collection", CollectionBody, replies={201: CollectionTold}, example={"name": "Chapters"}),
)
RENAME_COLLECTION = Action(
    lambda asking: item_orders.RenameCollection(asking.path["id"], asking.body.name),
    lambda renamed, _: Said(_collection(renamed)),
    Shape("Another name for a collection", CollectionBody, replies={200: CollectionTold}, example={"name": "Parts"}),
)
DELETE_COLLECTION = Action(
    lambda asking: item_orders.DeleteCollection(asking.path["id"]),
    _deleted,
    Shape("Delete a collection; its items stay", replies={200: DeletedTold}),
)
COLLECT = Action(
    lambda asking: item_orders.Collect(asking.path["id"], asking.body.add, asking.body.remove),
    lambda done, _: Said(CollectedTold(done.done, done.not_found)),
    Shape(
        "Put jobs into a collection, or out of it",
        CollectBody,
        replies={200: CollectedTold},
        example={"add": ["JOB_1"], "remove": ["JOB_2"]},
    ),
)
