/* ff_etag - the entity tags of If-Match and If-None-Match (RFC 9110, 8.8.3 and 13.1).
 *
 * ff_etag_next() finds the next tag from *at on, steps *at behind the comma that ends it and
 * returns 1, or 0 where none is left. A tag stands between quotes, where anything but a quote is
 * of it, or is a run of bytes without quotes, commas and blanks (space and tab), as some clients
 * send it. `W/` or `w/` before it makes it weak. Blanks around it are no part of it. What is no
 * tag, or is followed by anything else than a comma or the end, is passed over up to the next
 * comma, also one between quotes.
 *
 * Linear: no byte is looked at more than a few times. The caller owns all memory, src[n] and
 * beyond are never read. src may be NULL when n is 0. */
#ifndef FF_ETAG_H
#define FF_ETAG_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t start, size; /* without the quotes; quoted tags may be empty */
    int weak;
} ff_etag;

int ff_etag_next(const uint8_t *src, size_t n, size_t *at, ff_etag *tag);

#endif
