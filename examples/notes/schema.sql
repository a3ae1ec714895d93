CREATE TABLE user (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password   TEXT NOT NULL,
    token_hash TEXT UNIQUE
);

CREATE TABLE note (
    id       INTEGER PRIMARY KEY,
    owner_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    title    TEXT NOT NULL,
    body     TEXT NOT NULL,
    share    TEXT UNIQUE,
    created  TEXT NOT NULL,
    changed  TEXT NOT NULL
);

CREATE INDEX note_by_owner ON note (owner_id, changed DESC, id DESC);

CREATE TABLE tag (
    note_id INTEGER NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    PRIMARY KEY (note_id, name)
) WITHOUT ROWID;

CREATE TABLE attachment (
    id         INTEGER PRIMARY KEY,
    note_id    INTEGER NOT NULL REFERENCES note (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    stored_as  TEXT NOT NULL UNIQUE,
    size       INTEGER NOT NULL
);

CREATE INDEX attachment_by_note ON attachment (note_id);
