/* Hold ff_escape, at one width and between guard pages, against the oracle. */
#ifndef ESCAPE_CHECK_H
#define ESCAPE_CHECK_H

#include "escape_oracle.h"
#include "ff_escape.h"
#include "require.h"

enum { LONGEST_TEXT = 4096 };

typedef struct {
    guarded src, dst;
    uint32_t expected[LONGEST_TEXT * LONGEST_ENTITY];
} escape_bench;

static inline void escape_bench_open(escape_bench *bench) {
    bench->src = guarded_new(sizeof(uint32_t) * LONGEST_TEXT);
    bench->dst = guarded_new(sizeof(uint32_t) * LONGEST_TEXT * LONGEST_ENTITY);
}

#define ESCAPE_CHECK(W, UNIT)                                                                      \
    static inline void escape_check##W(escape_bench *bench, const uint32_t *text, size_t n) {      \
        UNIT *src = guarded_tail(bench->src, n * sizeof(UNIT));                                    \
        for (size_t i = 0; i < n; i++) {                                                           \
            src[i] = (UNIT)text[i];                                                                \
        }                                                                                          \
        size_t length = oracle_escape(bench->expected, text, n);                                   \
        uint64_t growth = ff_escape_growth##W(src, n);                                             \
        REQUIRE(growth == length - n, "width %d, n %zu, growth %llu", W, n,                        \
                (unsigned long long)growth);                                                       \
        UNIT *dst = guarded_tail(bench->dst, length * sizeof(UNIT));                               \
        for (size_t i = 0; i < length; i++) {                                                      \
            dst[i] = (UNIT)0xA5A5A5A5;                                                             \
        }                                                                                          \
        uint8_t *before = (uint8_t *)dst - 1;                                                      \
        *before = 0x5A;                                                                            \
        UNIT *end = ff_escape_write##W(dst, src, n);                                               \
        REQUIRE(end == dst + length, "width %d, n %zu: wrote %td", W, n, end - dst);               \
        REQUIRE(*before == 0x5A, "width %d, n %zu: wrote before dst", W, n);                       \
        for (size_t i = 0; i < length; i++) {                                                      \
            REQUIRE(dst[i] == (UNIT)bench->expected[i], "width %d, n %zu, unit %zu", W, n, i);     \
        }                                                                                          \
    }

ESCAPE_CHECK(1, uint8_t)
ESCAPE_CHECK(2, uint16_t)
ESCAPE_CHECK(4, uint32_t)

#endif
