"""The library as those who translate protocols see it: an owner's order goes in, a fact comes out.

    fact = await library.do(owner, EditItem(job_id, tags=("final",)))

What it raises is a SpeechError; JobsUnavailable while the database does not answer.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from gateway.core.shelf import item_orders, share_orders
from gateway.core.shelf.facts import Drawing, Fact, path_of
from gateway.core.shelf.orders import Order
from gateway.core.shelf.share_orders import DrawQr
from gateway.database.writing import Writing
from gateway.library.access import Access
from gateway.library.answering import answering
from gateway.library.bookmarks import BookmarkRecords
from gateway.library.collections import CollectionRecords
from gateway.library.editing import Editing
from gateway.library.items import ItemRecords
from gateway.library.qr import draw
from gateway.library.shares import ShareRecords
from gateway.library.store import AudioStore
from gateway.library.trash import Cancel, Trash, leave

Answer = Callable[[str, Any], Awaitable[Fact]]


class Library:
    def __init__(
        self, writing: Writing, store: AudioStore, clock: Callable[[], float] = time.time, cancel: Cancel = leave
    ) -> None:
        self._clock = clock
        self._items = ItemRecords(writing)
        self._editing = Editing(writing)
        self._collections = CollectionRecords(writing, clock)
        self._trash = Trash(writing, store, cancel)
        self._shares = ShareRecords(writing, clock)
        self._access = Access(writing, clock)
        self._bookmarks = BookmarkRecords(writing, self._shares, clock)
        self._answers: dict[type, Answer] = {**self._about_items(), **self._about_shares()}

    async def do(self, owner: str, order: Order) -> Fact:
        with answering():
            return await self._answers[type(order)](owner, order)

    def _about_items(self) -> dict[type, Answer]:
        items, editing, collections = self._items, self._editing, self._collections
        return {
            item_orders.Summarise: lambda owner, _: items.summarise(owner),
            item_orders.ListItems: items.list,
            item_orders.FindItem: lambda owner, order: items.find(owner, order.job_id),
            item_orders.EditItem: editing.edit,
            item_orders.DeleteItems: lambda owner, order: self._trash.delete(owner, order, self._clock()),
            item_orders.ListTags: lambda owner, _: editing.tags(owner),
            item_orders.ListCollections: lambda owner, _: collections.list(owner),
            item_orders.MakeCollection: lambda owner, order: collections.make(owner, order.name),
            item_orders.RenameCollection: lambda owner, order: collections.rename(
                owner, order.collection_id, order.name
            ),
            item_orders.DeleteCollection: lambda owner, order: collections.delete(owner, order.collection_id),
            item_orders.Collect: collections.collect,
        }

    def _about_shares(self) -> dict[type, Answer]:
        shares, access, bookmarks = self._shares, self._access, self._bookmarks
        return {
            share_orders.MakeShare: shares.make,
            share_orders.ListShares: shares.list,
            share_orders.FindShare: lambda owner, order: shares.find(owner, order.code),
            share_orders.EditShare: shares.edit,
            share_orders.RevokeShares: shares.revoke,
            share_orders.DrawQr: self._draw,
            share_orders.MakeAccessCodes: access.make,
            share_orders.ListAccessCodes: lambda owner, order: access.list(owner, order.code),
            share_orders.EditAccessCode: access.edit,
            share_orders.RevokeAccessCode: access.revoke,
            share_orders.KeepBookmark: bookmarks.keep,
            share_orders.ListBookmarks: lambda owner, _: bookmarks.list(owner),
            share_orders.DropBookmark: lambda owner, order: bookmarks.drop(owner, order.code),
        }

    async def _draw(self, owner: str, wanted: DrawQr) -> Drawing:
        share = await self._shares.find(owner, wanted.code)
        return draw(f"{wanted.origin}{path_of(share.code)}", wanted)
