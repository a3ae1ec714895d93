/* Hold ff_multipart, between guard pages, against an oracle that tries every place. */
#ifndef MULTIPART_CHECK_H
#define MULTIPART_CHECK_H

#include "ff_multipart.h"
#include "require.h"

enum { LONGEST_BODY = 4096 };

typedef struct {
    guarded src, boundary, dst;
} multipart_bench;

static inline void multipart_bench_open(multipart_bench *bench) {
    bench->src = guarded_new(LONGEST_BODY);
    bench->boundary = guarded_new(LONGEST_BODY);
    bench->dst = guarded_new(LONGEST_BODY);
}

/* The bytes of the line break at src[at], 0 if there is none. */
static inline size_t oracle_break(const uint8_t *src, size_t n, size_t at) {
    if (at + 1 < n && memcmp(src + at, "\r\n", 2) == 0) {
        return 2;
    }
    return at < n && memchr("\r\n", src[at], 2) != NULL;
}

/* Match one pattern after the other at src[at]. The line may be cut off by the end at any
 * place: FF_PART_GOES_ON then. FF_NO_HEAD stands for no line. */
static inline int oracle_line(const uint8_t *src, size_t n, size_t at, const uint8_t *boundary,
                              size_t m, size_t *end) {
    size_t width = oracle_break(src, n, at);
    if (width == 0) {
        return FF_NO_HEAD;
    }
    at += width;
    for (size_t i = 0; i < m + 2; i++, at++) {
        if (at == n) {
            return FF_PART_GOES_ON;
        }
        if (src[at] != (i < 2 ? '-' : boundary[i - 2])) {
            return FF_NO_HEAD;
        }
    }
    if (at == n || (at + 1 == n && src[at] == '-')) {
        return FF_PART_GOES_ON;
    }
    if (src[at] == '-' && src[at + 1] == '-') {
        *end = at + 2;
        return FF_PARTS_END;
    }
    while (at < n && memchr(" \t\v\f", src[at], 4) != NULL) {
        at++;
    }
    if (at == n) {
        return FF_PART_GOES_ON;
    }
    width = oracle_break(src, n, at);
    *end = at + width;
    return width == 0 ? FF_NO_HEAD : FF_PART_FOLLOWS;
}

static inline void check_find(const uint8_t *src, size_t n, size_t from, const uint8_t *boundary,
                              size_t m) {
    ff_range where = {SIZE_MAX, SIZE_MAX};
    int kind = ff_multipart_find(src, n, from, boundary, m, &where);
    for (size_t at = from; at < n; at++) {
        size_t end = at;
        int expected = oracle_line(src, n, at, boundary, m, &end);
        if (expected == FF_NO_HEAD) {
            continue;
        }
        REQUIRE(kind == expected, "n %zu, from %zu: %d, not %d", n, from, kind, expected);
        REQUIRE(where.end == (kind == FF_PART_GOES_ON ? where.begin : end), "n %zu: end", n);
        if (kind != FF_PART_GOES_ON) {
            REQUIRE(where.begin == at, "n %zu, from %zu: at %zu, not %zu", n, from, where.begin, at);
            return;
        }
        /* It may hold back less only if that cannot be the line any more; never more than is
         * as long as the line without its blanks. */
        REQUIRE(where.begin <= at, "n %zu, from %zu: %zu is behind %zu", n, from, where.begin, at);
        REQUIRE(where.begin == at || n - where.begin <= m + 5, "n %zu: holds back too much", n);
        return;
    }
    REQUIRE(kind == FF_PART_GOES_ON, "n %zu, from %zu: finds %d", n, from, kind);
    REQUIRE(where.begin >= from && where.begin <= n && where.end == where.begin, "n %zu", n);
    REQUIRE(n - where.begin <= m + 5, "n %zu: holds back too much", n);
}

static inline size_t oracle_head(const uint8_t *src, size_t n, size_t from) {
    for (size_t at = from; at + 1 < n; at++) {
        if (memcmp(src + at, "\n\n", 2) == 0 || memcmp(src + at, "\r\r", 2) == 0 ||
            (at + 3 < n && memcmp(src + at, "\r\n\r\n", 4) == 0)) {
            return at;
        }
    }
    return n;
}

static inline void check_part(const uint8_t *src, size_t n, size_t from, const uint8_t *boundary,
                              size_t m) {
    ff_part part;
    int kind = ff_multipart_part(src, n, from, boundary, m, &part);
    size_t head = oracle_head(src, n, from);
    REQUIRE((kind == FF_NO_HEAD) == (head == n), "n %zu, from %zu: %d", n, from, kind);
    if (kind == FF_NO_HEAD) {
        return;
    }
    size_t line = head + oracle_break(src, n, head);
    size_t content = line + oracle_break(src, n, line);
    ff_range where;
    REQUIRE(kind == ff_multipart_find(src, n, line, boundary, m, &where), "n %zu: kind", n);
    REQUIRE(part.head.begin == from && part.head.end == head, "n %zu: head", n);
    REQUIRE(part.content.begin == content && part.content.end >= content, "n %zu: content", n);
    REQUIRE(part.content.end == (where.begin > content ? where.begin : content), "n %zu: end", n);
    REQUIRE(part.next == where.end, "n %zu: next", n);
}

static inline size_t oracle_trim(const uint8_t *src, size_t begin, size_t *end) {
    while (begin < *end && memchr(" \t", src[begin], 2) != NULL) {
        begin++;
    }
    while (begin < *end && memchr(" \t", src[*end - 1], 2) != NULL) {
        (*end)--;
    }
    return begin;
}

static inline void check_headers(const uint8_t *src, size_t n) {
    size_t at = 0, start = 0;
    ff_range name, value;
    while (start < n) {
        size_t end = start;
        while (end < n && oracle_break(src, n, end) == 0) {
            end++;
        }
        size_t last = end, next = end + 1;
        size_t first = oracle_trim(src, start, &last);
        if (first < last) {
            const uint8_t *colon = memchr(src + first, ':', last - first);
            size_t name_end = colon == NULL ? last : (size_t)(colon - src);
            size_t name_begin = oracle_trim(src, first, &name_end);
            size_t value_end = last, begin = colon == NULL ? last : (size_t)(colon - src) + 1;
            size_t value_begin = oracle_trim(src, begin, &value_end);
            REQUIRE(ff_multipart_header(src, n, &at, &name, &value) == 1, "ends at %zu", start);
            REQUIRE(name.end - name.begin == name_end - name_begin, "name at %zu", start);
            REQUIRE(name.end == name.begin || name.begin == name_begin, "name at %zu", start);
            REQUIRE(value.end - value.begin == value_end - value_begin, "value at %zu", start);
            REQUIRE(value.end == value.begin || value.begin == value_begin, "value at %zu", start);
        }
        start = next;
    }
    REQUIRE(ff_multipart_header(src, n, &at, &name, &value) == 0 && at == n, "n %zu: goes on", n);
}

static inline void check_unfold(multipart_bench *bench, const uint8_t *src, size_t n) {
    uint8_t *dst = guarded_tail(bench->dst, n);
    size_t written = ff_multipart_unfold(dst, src, n), length = 0;
    for (size_t at = 0; at < n; length++) {
        size_t width = oracle_break(src, n, at);
        int folded = width != 0 && at + width < n && memchr(" \t", src[at + width], 2) != NULL;
        REQUIRE(length < written && dst[length] == (folded ? ' ' : src[at]), "byte %zu", length);
        at += folded ? width + 1 : 1;
    }
    REQUIRE(written == length, "n %zu: %zu, not %zu", n, written, length);
    check_headers(src, n);
}

static inline void check_multipart(multipart_bench *bench, const uint8_t *text, size_t n,
                                   const uint8_t *mark, size_t m) {
    uint8_t *src = guarded_tail(bench->src, n);
    memcpy(src, text, n);
    uint8_t *boundary = guarded_tail(bench->boundary, m);
    memcpy(boundary, mark, m);
    for (size_t from = 0; from <= n; from += 1 + from / 3) {
        check_find(src, n, from, boundary, m);
        check_part(src, n, from, boundary, m);
    }
    check_unfold(bench, src, n);
}

#endif
