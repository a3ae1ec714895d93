/* Hold ff_query, between guard pages, against an oracle that goes byte by byte. */
#ifndef QUERY_CHECK_H
#define QUERY_CHECK_H

#include "ff_query.h"
#include "require.h"

enum { LONGEST_QUERY = 4096 };

typedef struct {
    guarded src, dst;
    uint8_t bytes[LONGEST_QUERY], expected[3 * LONGEST_QUERY];
} query_bench;

static inline void query_bench_open(query_bench *bench) {
    bench->src = guarded_new(LONGEST_QUERY);
    bench->dst = guarded_new((size_t)3 * LONGEST_QUERY);
}

static inline int oracle_hex(const uint8_t *src) {
    char digits[3] = {(char)src[0], (char)src[1], 0};
    if (strspn(digits, "0123456789abcdefABCDEF") != 2) {
        return -1;
    }
    return (int)strtol(digits, NULL, 16);
}

/* The code point that n bytes at src spell, by arithmetic; -1 where they spell none. */
static inline long oracle_point(const uint8_t *src, size_t n) {
    static const long least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    long point = src[0] & (0xFF >> (n + 1));
    if (src[0] >> (7 - n) != leads[n] >> (7 - n)) {
        return -1;
    }
    for (size_t i = 1; i < n; i++) {
        if ((src[i] & 0xC0) != 0x80) {
            return -1;
        }
        point = point << 6 | (src[i] & 0x3F);
    }
    int surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point < least[n] || point > 0x10FFFF || surrogate ? -1 : point;
}

static inline size_t oracle_decode(query_bench *bench, const uint8_t *src, size_t n) {
    size_t count = 0, written = 0;
    for (size_t i = 0; i < n; i++) {
        int byte = src[i] == '+' ? ' ' : src[i];
        if (src[i] == '%' && i + 2 < n && oracle_hex(src + i + 1) >= 0) {
            byte = oracle_hex(src + i + 1);
            i += 2;
        }
        bench->bytes[count++] = (uint8_t)byte;
    }
    for (size_t i = 0; i < count;) {
        size_t length = bench->bytes[i] < 0x80 ? 1 : 0;
        for (size_t size = 2; length == 0 && size <= 4 && i + size <= count; size++) {
            length = oracle_point(bench->bytes + i, size) >= 0 ? size : 0;
        }
        if (length == 0) {
            char quoted[4];
            snprintf(quoted, sizeof quoted, "%%%02X", bench->bytes[i++]);
            memcpy(bench->expected + written, quoted, 3);
            written += 3;
            continue;
        }
        memcpy(bench->expected + written, bench->bytes + i, length);
        written += length;
        i += length;
    }
    return written;
}

static inline uint32_t oracle_coded(const uint8_t *src, size_t n, uint32_t flag) {
    for (size_t i = 0; i < n; i++) {
        if (src[i] == '%' || src[i] == '+' || src[i] >= 0x80) {
            return flag;
        }
    }
    return 0;
}

static inline void check_decode(query_bench *bench, const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(bench->src, n);
    memcpy(src, text, n);
    uint8_t *dst = guarded_tail(bench->dst, 3 * n);
    uint8_t *before = dst - 1;
    *before = 0x5A;
    size_t size = SIZE_MAX, length = oracle_decode(bench, src, n);
    int ascii = -1;
    const uint8_t *start = ff_query_decode(dst, src, n, &size, &ascii);
    for (size_t i = 0; ascii && i < size; i++) {
        REQUIRE(start[i] < 0x80, "n %zu: no ASCII", n);
    }
    REQUIRE(size == length, "n %zu: %zu, not %zu", n, size, length);
    REQUIRE(start >= dst && start + size <= dst + 3 * n, "n %zu: outside of dst", n);
    REQUIRE(memcmp(start, bench->expected, size) == 0, "n %zu: other bytes", n);
    REQUIRE(*before == 0x5A, "n %zu: wrote before dst", n);
}

static inline void check_fields(query_bench *bench, const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(bench->src, n);
    memcpy(src, text, n);
    size_t at = 0, start = 0;
    ff_field field;
    while (start <= n) {
        const uint8_t *end = start < n ? memchr(src + start, '&', n - start) : NULL;
        size_t length = end == NULL ? n - start : (size_t)(end - (src + start));
        if (length != 0) {
            const uint8_t *equals = memchr(src + start, '=', length);
            size_t name = equals == NULL ? length : (size_t)(equals - (src + start));
            size_t value = equals == NULL ? length : name + 1;
            REQUIRE(ff_query_next(src, n, &at, &field) == 1, "n %zu: ends at %zu", n, start);
            REQUIRE(field.name == start && field.name_size == name, "n %zu: name at %zu", n, start);
            REQUIRE(field.value == start + value && field.value_size == length - value,
                    "n %zu: value at %zu", n, start);
            uint32_t coded = oracle_coded(src + start, name, FF_NAME_CODED) |
                             oracle_coded(src + start + value, length - value, FF_VALUE_CODED);
            REQUIRE(field.coded == coded, "n %zu: coded at %zu", n, start);
        }
        start += length + 1;
    }
    REQUIRE(ff_query_next(src, n, &at, &field) == 0 && at == n, "n %zu: goes on", n);
}

static inline void check_query(query_bench *bench, const uint8_t *text, size_t n) {
    check_decode(bench, text, n);
    check_fields(bench, text, n);
}

#endif
