"""Our own way to the library (docs/library.md)."""

from typing import Any

from gateway.dialects.native.errors import refuse
from gateway.dialects.native.surface import NATIVE
from gateway.dialects.shelf import Place, Shelf, codes, items, links, shares

BASE = "/v1/library"
READ, WRITE = "library:read", "library:write"
READ_SHARES, WRITE_SHARES = "shares:read", "shares:write"
SHARE, CODES = f"{BASE}/shares/{{code}}", f"{BASE}/shares/{{code}}/access-codes"
COLLECTION, ITEM, BOOKMARK = f"{BASE}/collections/{{id}}", f"{BASE}/items/{{id}}", f"{BASE}/bookmarks/{{code}}"

ITEMS = (
    Place("GET", BASE, READ, items.SUMMARY),
    Place("GET", f"{BASE}/items", READ, items.LIST),
    Place("POST", f"{BASE}/items/delete", WRITE, items.DELETE_ALL),
    Place("GET", ITEM, READ, items.FIND),
    Place("PATCH", ITEM, WRITE, items.EDIT),
    Place("DELETE", ITEM, WRITE, items.DELETE),
    Place("GET", f"{BASE}/tags", READ, items.TAGS),
    Place("GET", f"{BASE}/collections", READ, items.COLLECTIONS),
    Place("POST", f"{BASE}/collections", WRITE, items.MAKE_COLLECTION),
    Place("PATCH", COLLECTION, WRITE, items.RENAME_COLLECTION),
    Place("DELETE", COLLECTION, WRITE, items.DELETE_COLLECTION),
    Place("POST", f"{COLLECTION}/items", WRITE, items.COLLECT),
)
SHARES = (
    Place("GET", f"{BASE}/shares", READ_SHARES, shares.LIST),
    Place("POST", f"{BASE}/shares", WRITE_SHARES, shares.MAKE),
    Place("POST", f"{BASE}/shares/revoke", WRITE_SHARES, shares.REVOKE_ALL),
    Place("GET", SHARE, READ_SHARES, shares.FIND),
    Place("PATCH", SHARE, WRITE_SHARES, shares.EDIT),
    Place("DELETE", SHARE, WRITE_SHARES, shares.REVOKE),
    Place("GET", f"{SHARE}/qr", READ_SHARES, links.QR),
    Place("GET", CODES, READ_SHARES, codes.LIST_CODES),
    Place("GET", f"{CODES}.csv", READ_SHARES, codes.EXPORT),
    Place("POST", CODES, WRITE_SHARES, codes.MAKE_CODES),
    Place("PATCH", f"{CODES}/{{id}}", WRITE_SHARES, codes.EDIT_CODE),
    Place("DELETE", f"{CODES}/{{id}}", WRITE_SHARES, codes.REVOKE_CODE),
)
BOOKMARKS = (
    Place("GET", f"{BASE}/bookmarks", READ, links.BOOKMARKS),
    Place("POST", f"{BASE}/bookmarks", WRITE, links.BOOKMARK),
    Place("PUT", BOOKMARK, WRITE, links.PLACE),
    Place("DELETE", BOOKMARK, WRITE, links.DROP_BOOKMARK),
)


def _refuse(error: Any, _request_id: str) -> Any:
    return refuse(error)


LIBRARY = Shelf(NATIVE.name, _refuse, NATIVE.error, (*ITEMS, *SHARES, *BOOKMARKS))
