"""sqlite-web for a WSGI server: what its command does, without the server."""

import os

from sqlite_web.sqlite_web import app, initialize_app

app.config.update(
    ROWS_PER_PAGE=50,
    QUERY_ROWS_PER_PAGE=50,
    BLOB_AS_BASE64=False,
    TRUNCATE_VALUES=True,
    ENABLE_LOAD=False,
    ENABLE_FILESYSTEM=False,
    DB_UPLOAD_DIR=None,
)
initialize_app([os.environ["DATABASE"]], password="open sesame")
app.secret_key = "kept in the tests, where nothing is secret"
