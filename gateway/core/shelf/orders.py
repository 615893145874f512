"""What owners ask of the library."""

from gateway.core.shelf.item_orders import ItemOrder
from gateway.core.shelf.share_orders import ShareOrder

Order = ItemOrder | ShareOrder
