#include "ff_etag.h"

#include <string.h>

static inline int is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t';
}

static inline int ends_tag(uint8_t byte) {
    return byte == ',' || is_blank(byte);
}

static inline size_t skip_blanks(const uint8_t *src, size_t n, size_t at) {
    while (at < n && is_blank(src[at])) {
        at++;
    }
    return at;
}

static inline size_t find(const uint8_t *src, size_t n, size_t at, int byte) {
    const uint8_t *found = at < n ? memchr(src + at, byte, n - at) : NULL;
    return found == NULL ? n : (size_t)(found - src);
}

/* Fill *tag with what stands at `at`, without blanks before it; return where it ends, or n + 1
 * where there is no tag. */
static size_t tag_at(const uint8_t *src, size_t n, size_t at, ff_etag *tag) {
    tag->weak = n - at >= 2 && (src[at] == 'W' || src[at] == 'w') && src[at + 1] == '/';
    if (tag->weak && (n - at == 2 || ends_tag(src[at + 2]))) {
        tag->weak = 0; /* the tag's own name */
    }
    if (tag->weak) {
        at += 2;
    }
    if (at < n && src[at] == '"') {
        size_t end = find(src, n, at + 1, '"');
        tag->start = at + 1;
        tag->size = end - tag->start;
        return end + 1;
    }
    size_t end = at;
    while (end < n && src[end] != '"' && !ends_tag(src[end])) {
        end++;
    }
    tag->start = at;
    tag->size = end - at;
    return end == at ? n + 1 : end;
}

int ff_etag_next(const uint8_t *src, size_t n, size_t *at, ff_etag *tag) {
    size_t start = *at;
    while (start < n) {
        size_t first = skip_blanks(src, n, start);
        size_t end = first < n ? tag_at(src, n, first, tag) : n + 1;
        if (end <= n) {
            end = skip_blanks(src, n, end);
            if (end == n || src[end] == ',') {
                *at = end < n ? end + 1 : n;
                return 1;
            }
        }
        start = find(src, n, start, ',') + 1;
    }
    *at = n;
    return 0;
}
