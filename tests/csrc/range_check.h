/* Hold what ff_range says of a header, between guard pages, to another way of reading it: by
 * cutting it at its commas and dashes first. */
#ifndef RANGE_CHECK_H
#define RANGE_CHECK_H

#include "ff_range.h"
#include "require.h"

enum { LONGEST_RANGES = 4096 };

static guarded range_src;

typedef struct {
    const uint8_t *start;
    size_t size;
} piece;

static inline piece stripped(piece text) {
    while (text.size > 0 && strchr(" \t", text.start[0]) && text.start[0] != 0) {
        text = (piece){text.start + 1, text.size - 1};
    }
    while (text.size > 0 && strchr(" \t", text.start[text.size - 1]) &&
           text.start[text.size - 1] != 0) {
        text.size--;
    }
    return text;
}

/* Return how many digits a piece is made of, 0 where it is not of digits alone. */
static inline size_t digits_of(piece text, int64_t *value) {
    *value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.start[i] < '0' || text.start[i] > '9') {
            return 0;
        }
        if (i < FF_RANGE_DIGITS) {
            *value = *value * 10 + (text.start[i] - '0');
        }
    }
    return text.size;
}

/* What ff_range_next() should say of one item. */
static inline int expected(piece item, int64_t last, ff_range *range) {
    int64_t first, final = 0;
    item = stripped(item);
    const uint8_t *dash = item.size ? memchr(item.start, '-', item.size) : NULL;
    if (dash == NULL) {
        return FF_RANGE_WRONG;
    }
    piece left = stripped((piece){item.start, (size_t)(dash - item.start)});
    piece right = {dash + 1, item.size - (size_t)(dash - item.start) - 1};
    if (left.size == 0) {
        size_t digits = digits_of(right, &final);
        if (digits == 0 || dash != item.start) {
            return FF_RANGE_WRONG;
        }
        *range = (ff_range){-final, FF_RANGE_OPEN};
        return digits > FF_RANGE_DIGITS ? FF_RANGE_LARGE
               : final == 0 || last < 0 ? FF_RANGE_WRONG
                                        : 1;
    }
    right = stripped(right);
    int minus = right.size > 0 && right.start[0] == '-';
    int open = right.size == 0;
    if (minus) {
        right = (piece){right.start + 1, right.size - 1};
    }
    size_t left_digits = digits_of(left, &first), right_digits = digits_of(right, &final);
    if (left_digits == 0 || (!open && right_digits == 0)) {
        return FF_RANGE_WRONG;
    }
    if (left_digits > FF_RANGE_DIGITS || right_digits > FF_RANGE_DIGITS) {
        return FF_RANGE_LARGE;
    }
    *range = (ff_range){first, open ? FF_RANGE_OPEN : final + 1};
    int ordered = last >= 0 && first >= last && (open || (first <= final && !(minus && final)));
    return ordered ? 1 : FF_RANGE_WRONG;
}

static inline void check_ranges(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(range_src, n);
    memcpy(src, text, n);
    size_t at = 0, before = 0;
    int64_t last = 0, last_before = 0;
    for (;;) {
        ff_range got = {0, 0}, wanted = {0, 0};
        int found = ff_range_next(src, n, &at, &last, &got);
        if (found == 0) {
            REQUIRE(before > n, "n %zu: ends at %zu", n, before);
            return;
        }
        size_t size = n - before;
        const uint8_t *comma = size ? memchr(src + before, ',', size) : NULL;
        if (comma != NULL) {
            size = (size_t)(comma - src) - before;
        }
        int verdict = expected((piece){src + before, size}, last_before, &wanted);
        REQUIRE(found == verdict, "n %zu: %d for %d at %zu", n, found, verdict, before);
        if (found < 0) {
            return;
        }
        REQUIRE(got.start == wanted.start && got.stop == wanted.stop, "n %zu: at %zu", n, before);
        REQUIRE(at == before + size + 1, "n %zu: from %zu to %zu", n, before, at);
        before = at;
        last_before = last;
    }
}

#endif
