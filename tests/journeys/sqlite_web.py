"""sqlite-web: a browser for SQLite databases."""

from __future__ import annotations

from .visitor import Upload, Visitor

PEOPLE = b"name,born\nAnn,1990\nBob <b>,1985\nC\xc3\xa9line,\n"


def journey(visitor: Visitor) -> None:
    """Log in, make a table, fill it by form and by upload, query, export, and drop it."""
    visitor.get("/")
    visitor.follow()
    visitor.post("/login/", {"password": "wrong"})
    visitor.post("/login/", {"password": "open sesame"})
    visitor.follow()
    visitor.post("/create-table/", {"table_name": "people"})
    visitor.follow()
    visitor.post("/people/add-column/", {"name": "name", "type": "VARCHAR"})
    visitor.follow()
    visitor.post("/people/add-column/", {"name": "born", "type": "INTEGER"})
    visitor.post("/people/add-column/", {"name": "", "type": "INTEGER"})
    visitor.post("/people/add-index/", {"indexed_columns": "name", "unique": "1"})
    visitor.follow()
    visitor.get("/people/insert/")
    visitor.post("/people/insert/", {"name": "Zoë", "born": "1970"})
    visitor.follow()
    visitor.post("/people/insert/", {"name": "bad", "born": "not a number"})
    visitor.get("/people/import/")
    visitor.upload("/people/import/", {}, file=Upload("people.csv", PEOPLE, "text/csv"))
    visitor.follow()
    visitor.upload("/people/import/", {}, file=Upload("people.txt", PEOPLE, "text/plain"))
    visitor.upload("/people/import/", {})
    visitor.get("/people/content/?ordering=-2")
    visitor.get("/people/content/?page=9")
    visitor.get("/people/")
    visitor.get("/people/query/?sql=select+*+from+people+order+by+name")
    visitor.post("/query/", {"sql": "select count(*), min(born) from people"})
    visitor.post("/query/", {"sql": "select nonsense"})
    visitor.post("/query/", {"sql": "update people set born = 1991 where name = 'Ann'"})
    visitor.post("/people/query/", {"sql": "select * from people", "export_csv": "1"})
    visitor.post("/people/query/", {"sql": "select * from people", "export_json": "1"})
    visitor.get("/people/export/")
    visitor.post("/people/rename-column/", {"rename": "born", "rename_to": "year"})
    visitor.follow()
    visitor.post("/create-table/", {"table_name": "gone"})
    visitor.get("/gone/drop/")
    visitor.post("/gone/drop/")
    visitor.follow()
    visitor.get("/nothing/")
    visitor.get("/static/css/nothing.css")
    visitor.post("/query/", {"sql": "delete from people"}, Sec_Fetch_Site="cross-site")
    visitor.get("/logout/")
    visitor.get("/people/")
