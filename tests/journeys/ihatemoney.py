"""ihatemoney: shared budgets, with forms against forgery, a REST interface and migrations."""

from __future__ import annotations

import base64

from .visitor import Upload, Visitor

PROJECT = {
    "name": "Holiday",
    "id": "holiday",
    "password": "secret",
    "contact_email": "ann@example.org",
    "default_currency": "XXX",
}
BILLS = b"""[{"what": "Museum", "bill_type": "Expense", "date": "2024-05-01", "amount": 30.0,
"currency": "XXX", "payer_name": "Ann", "payer_weight": 1, "owers": ["Ann", "Bob"]}]"""


def journey(visitor: Visitor) -> None:
    """Create a project, share bills in it, settle, export and import; then by the interface."""
    visitor.get("/")
    visitor.get("/create")
    visitor.post("/create", {**PROJECT, "contact_email": "nonsense"})
    visitor.post("/create", PROJECT)
    visitor.follow()
    for name in ("Ann", "Bob", "Cé"):
        visitor.post("/holiday/members/add", {"name": name, "weight": "1"})
        visitor.follow()
    visitor.post("/holiday/members/add", {"name": "Ann", "weight": "1"})
    _bills(visitor)
    visitor.get("/holiday/settle_bills")
    visitor.get("/holiday/statistics")
    visitor.get("/holiday/history")
    for name in ("bills.json", "bills.csv", "transactions.csv"):
        visitor.get(f"/holiday/export/{name}")
    visitor.get("/holiday/edit")
    upload = Upload("bills.json", BILLS, "application/json")
    visitor.upload("/holiday/import", {}, file=upload)
    visitor.get("/holiday/")
    visitor.get("/lang/fr")
    visitor.get("/holiday/")
    visitor.get("/lang/en")
    visitor.get("/holiday/edit")
    visitor.post("/holiday/edit", {**PROJECT, "current_password": "wrong", "name": "Other"})
    visitor.post("/exit")
    visitor.cookies.clear()
    visitor.get("/holiday/")
    visitor.follow()
    visitor.post("/authenticate", {"id": "holiday", "password": "wrong"})
    visitor.post("/authenticate", {"id": "holiday", "password": "secret"})
    visitor.follow()
    visitor.get("/nothing/here")
    visitor.get("/static/css/main.css")
    visitor.cookies.clear()
    _by_rest(visitor)


def _bills(visitor: Visitor) -> None:
    bill = {"date": "2024-05-01", "payer": "1", "bill_type": "Expense"}
    bill |= {"original_currency": "XXX", "external_link": ""}
    visitor.get("/holiday/add")
    visitor.post(
        "/holiday/add", {**bill, "what": "Tent <b>", "amount": "40*2", "payed_for": ["1", "2", "3"]}
    )
    visitor.follow()
    visitor.get("/holiday/add")
    visitor.post("/holiday/add", {**bill, "what": "Free", "amount": "0", "payed_for": ["1"]})
    visitor.post("/holiday/add", {**bill, "what": "Tea", "amount": "3,5", "payed_for": ["2"]})
    visitor.get("/holiday/edit/1")
    visitor.post(
        "/holiday/edit/1", {**bill, "what": "Tent", "amount": "81", "payed_for": ["1", "2"]}
    )
    visitor.follow()
    visitor.post("/holiday/delete/2", {"csrf_token": "forged"})
    visitor.get("/holiday/")
    visitor.post("/holiday/delete/2")


def _by_rest(visitor: Visitor) -> None:
    credentials = {"Authorization": f"Basic {base64.b64encode(b'holiday:secret').decode()}"}
    visitor.get("/api/projects/holiday")
    for path in ("", "/members", "/bills", "/statistics"):
        visitor.get(f"/api/projects/holiday{path}", **credentials)
    new = {"date": "2024-06-01", "what": "Bus", "payer": "2", "payed_for": ["1", "2"]}
    new |= {"amount": "12", "bill_type": "Expense", "original_currency": "XXX"}
    visitor.post("/api/projects/holiday/bills", new, **credentials)
    visitor.post("/api/projects/holiday/bills", {"what": "nothing else"}, **credentials)
    visitor.post("/api/projects/holiday/members", {"name": "Dee", "weight": "2"}, **credentials)
    visitor.ask("DELETE", "/api/projects/holiday/bills/1", None, credentials)
    visitor.ask("OPTIONS", "/api/projects/holiday", None, {"Origin": "http://x.test"})
    visitor.get("/api/currencies")
    visitor.ask("DELETE", "/api/projects/holiday/members/9", None, credentials)
