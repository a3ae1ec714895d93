#include "ff_multipart.h"

#include <string.h>

#include "ff_scan.h"

static inline int is_break(uint8_t byte) { return byte == '\r' || byte == '\n'; }

static inline int is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

/* What may stand between a boundary and the end of its line. */
static inline int is_padding(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\v' || byte == '\f';
}

/* Behind the line break at `at`. */
static inline size_t after_break(const uint8_t *src, size_t n, size_t at) {
    return src[at] == '\r' && at + 1 < n && src[at + 1] == '\n' ? at + 2 : at + 1;
}

/* A bit for each byte of the block at `at` that is a line break with two dashes behind it. */
static inline uint32_t breaks_before_dashes(const uint8_t *src, size_t at) {
    ff_block block = ff_block_load(src + at);
    uint32_t breaks = ff_block_equal(block, '\n') | ff_block_equal(block, '\r');
    return breaks & ff_block_pairs(src + at + 1, '-');
}

enum { STRIDE = 4 * FF_SCAN };

/* The first line break at or behind `at` that two dashes follow, or as much of them as there
 * is; n if there is none. */
static inline size_t break_before_dashes(const uint8_t *src, size_t n, size_t at) {
    while (n - at > FF_SCAN + 1) {
        for (int i = 0; i < STRIDE / FF_SCAN && n - at > FF_SCAN + 1; i++, at += FF_SCAN) {
            uint32_t found = breaks_before_dashes(src, at);
            if (found != 0) {
                return at + ff_lowest(found);
            }
        }
        /* Pairs of dashes are rare enough for the branch to be foreseen; single ones are not. */
        while (n - at > STRIDE + 1 && !ff_stride_has_pair(src + at + 1, '-')) {
            at += STRIDE;
        }
    }
    for (; at + 1 < n; at++) {
        if (src[at + 1] == '-' && is_break(src[at]) && (at + 2 == n || src[at + 2] == '-')) {
            return at;
        }
    }
    return n;
}

/* Whether the boundary is at src[at..n), or as much of it as there is. */
static inline int begins_with(const uint8_t *src, size_t n, size_t at, const uint8_t *boundary,
                              size_t m) {
    size_t size = n - at < m ? n - at : m;
    return size == 0 || (src[at] == boundary[0] && memcmp(src + at, boundary, size) == 0);
}

enum { NO_LINE = -1 };

/* Read a line that ends parts, "--" and all, at the dashes src[at]. NO_LINE if it is none. */
static inline int read_line(const uint8_t *src, size_t n, size_t at, const uint8_t *boundary, size_t m,
                     size_t *end) {
    if (n - at < 2) {
        return FF_PART_GOES_ON;
    }
    at += 2;
    if (!begins_with(src, n, at, boundary, m)) {
        return NO_LINE;
    }
    if (n - at <= m) {
        return FF_PART_GOES_ON;
    }
    at += m;
    if (src[at] == '-') {
        if (n - at == 1) {
            return FF_PART_GOES_ON;
        }
        *end = at + 2;
        return src[at + 1] == '-' ? FF_PARTS_END : NO_LINE;
    }
    while (at < n && is_padding(src[at])) {
        at++;
    }
    if (at == n) {
        return FF_PART_GOES_ON;
    }
    if (!is_break(src[at])) {
        return NO_LINE;
    }
    *end = after_break(src, n, at);
    return FF_PART_FOLLOWS;
}

/* Where a line that is not all there may begin: at the last line break, if it is near. */
static size_t unfinished(const uint8_t *src, size_t n, size_t from, size_t m) {
    size_t first = n - from > m + 4 ? n - (m + 4) : from;
    for (size_t at = n; at > first; at--) {
        if (is_break(src[at - 1])) {
            at--;
            return src[at] == '\n' && at > from && src[at - 1] == '\r' ? at - 1 : at;
        }
    }
    return n;
}

int ff_multipart_find(const uint8_t *src, size_t n, size_t from, const uint8_t *boundary, size_t m,
                      ff_range *where) {
    for (size_t at = from; (at = break_before_dashes(src, n, at)) < n; at++) {
        int kind = read_line(src, n, at + 1, boundary, m, &where->end);
        if (kind == NO_LINE) {
            continue;
        }
        where->begin = src[at] == '\n' && at > from && src[at - 1] == '\r' ? at - 1 : at;
        if (kind == FF_PART_GOES_ON) {
            where->end = where->begin;
        }
        return kind;
    }
    where->begin = where->end = unfinished(src, n, from, m);
    return FF_PART_GOES_ON;
}

/* The head of the part at `from`; 0 if no blank line ends it. */
static int find_head(const uint8_t *src, size_t n, size_t from, ff_part *part) {
    for (size_t at = from; at + 1 < n; at++) {
        if (!is_break(src[at])) {
            continue;
        }
        size_t width = src[at + 1] == src[at] ? 1 : 2;
        if (width == 2 && (n - at < 4 || memcmp(src + at, "\r\n\r\n", 4) != 0)) {
            continue;
        }
        part->head.begin = from;
        part->head.end = at;
        part->content.begin = at + width;
        return 1;
    }
    return 0;
}

int ff_multipart_part(const uint8_t *src, size_t n, size_t from, const uint8_t *boundary, size_t m,
                      ff_part *part) {
    if (!find_head(src, n, from, part)) {
        return FF_NO_HEAD;
    }
    /* The blank line may be all there is in front of the line that ends the part. */
    size_t line = part->content.begin;
    ff_range where;
    int kind = ff_multipart_find(src, n, line, boundary, m, &where);
    part->content.begin = after_break(src, n, line);
    part->content.end = where.begin > part->content.begin ? where.begin : part->content.begin;
    part->next = where.end;
    return kind;
}

static void trim(const uint8_t *src, ff_range *range) {
    while (range->begin < range->end && is_blank(src[range->begin])) {
        range->begin++;
    }
    while (range->begin < range->end && is_blank(src[range->end - 1])) {
        range->end--;
    }
}

int ff_multipart_header(const uint8_t *src, size_t n, size_t *at, ff_range *name,
                        ff_range *value) {
    size_t i = *at;
    while (i < n) {
        size_t colon = n;
        name->begin = i;
        for (; i < n && !is_break(src[i]); i++) {
            if (src[i] == ':' && colon == n) {
                colon = i;
            }
        }
        name->end = colon < i ? colon : i;
        value->begin = colon < i ? colon + 1 : i;
        value->end = i;
        if (i < n) {
            i++; /* the LF of a CRLF is an empty line more, which does not count */
        }
        trim(src, name);
        trim(src, value);
        if (colon != n || name->begin < name->end) {
            *at = i;
            return 1;
        }
    }
    *at = n;
    return 0;
}

size_t ff_multipart_unfold(uint8_t *dst, const uint8_t *src, size_t n) {
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        dst[length] = src[i];
        if (is_break(src[i])) {
            size_t next = after_break(src, n, i);
            if (next < n && is_blank(src[next])) {
                dst[length] = ' ';
                i = next;
            }
        }
        length++;
    }
    return length;
}
