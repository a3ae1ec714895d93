/* Hold what ff_etag says of a header, between guard pages, to what entity tags are. */
#ifndef ETAG_CHECK_H
#define ETAG_CHECK_H

#include "ff_etag.h"
#include "require.h"

enum { LONGEST_ETAGS = 4096 };

static guarded etag_src;

static inline int all_blank(const uint8_t *src, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (src[i] != ' ' && src[i] != '\t') {
            return 0;
        }
    }
    return 1;
}

/* What stands between `from` and the tag is a mark, a quote and blanks, or ends with a comma. */
static inline void check_before(const uint8_t *src, size_t from, const ff_etag *tag, int quoted) {
    size_t end = tag->start - (size_t)quoted;
    if (tag->weak) {
        REQUIRE(end >= from + 2 && src[end - 1] == '/', "%zu: no mark", end);
        REQUIRE(src[end - 2] == 'W' || src[end - 2] == 'w', "%zu: no mark", end);
        end -= 2;
    }
    while (end > from && (src[end - 1] == ' ' || src[end - 1] == '\t')) {
        end--;
    }
    REQUIRE(end == from || src[end - 1] == ',', "%zu: something before the tag", end);
}

static inline void check_etags(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(etag_src, n);
    memcpy(src, text, n);
    size_t at = 0, before = 0;
    ff_etag tag;
    while (ff_etag_next(src, n, &at, &tag)) {
        REQUIRE(at > before && at <= n, "n %zu: from %zu to %zu", n, before, at);
        REQUIRE(within(tag.start, tag.size, n) && tag.start >= before, "n %zu", n);
        size_t end = tag.start + tag.size;
        REQUIRE(memchr(src + tag.start, '"', tag.size) == NULL, "n %zu: a quote", n);
        int quoted = end < n && src[end] == '"';
        REQUIRE(!quoted || (tag.start > before && src[tag.start - 1] == '"'), "n %zu: quotes", n);
        if (!quoted) {
            REQUIRE(tag.size > 0 && memchr(src + tag.start, ',', tag.size) == NULL, "n %zu", n);
            for (size_t i = 0; i < tag.size; i++) {
                REQUIRE(!all_blank(src + tag.start + i, 1), "n %zu: a blank", n);
            }
        }
        check_before(src, before, &tag, quoted);
        end += (size_t)quoted;
        REQUIRE(all_blank(src + end, at - end - (at > end && src[at - 1] == ',')), "n %zu", n);
        REQUIRE(at == n || src[at - 1] == ',', "n %zu: ends at %zu", n, at);
        before = at;
    }
    REQUIRE(at == n, "n %zu: ends at %zu", n, at);
}

#endif
