"""Header values to try: what means something in one, broken, repeated, and all other characters."""

from __future__ import annotations

from hypothesis import strategies as st

# Separators, quotes, escapes, wildcards, numbers that are none, each width of text, surrogates.
PIECES = [
    *('"', "\\", ";", ",", "=", " ", "\t", "\n", "\r", "\0", "'", "*", "/", "%", "-", "."),
    *("a", "B", "name", "q", "0", "1", "5", "\x7f", "\x80", "é", "\u20ac", "\U0001f600", "\ud800"),
    *("; ", ", ", '="', '\\"', "\\\\", "\\101", "\\377", "\\400", "%22", "%C3%A9", "%FF"),
    *("*0", "*1*", "*=", "utf-8''", "iso-8859-1'en'", "ascii''", "charset", "q=", ";q=0.5"),
    *(";Q=1", "q=1.5", "q=-1", "q=1e3", "*/*", "text/*", "text/html", "application/json"),
    *("en", "en-US", "EN_us", "level=1", "W/", 'W/"a"', "bytes=", "0-", "-5", "5-9", "+5", "1_0"),
    *("\u0665", "\xb2", "0x5", "Sun, ", "06 Nov ", "1994", "99999", " 08:49:37", " GMT", " +0100"),
]

texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.text(st.characters(), max_size=30),
)
# What a WSGI environ can have.
latin_texts = texts.map(lambda text: text.encode("latin-1", "ignore").decode("latin-1"))
