#include "ff_range.h"

typedef struct {
    int64_t value;
    size_t digits;
} number;

static inline size_t skip_blanks(const uint8_t *src, size_t n, size_t at) {
    while (at < n && (src[at] == ' ' || src[at] == '\t')) {
        at++;
    }
    return at;
}

/* Read digits from `at` on and return where they end; *read has no value if they are too many. */
static size_t read_number(const uint8_t *src, size_t n, size_t at, number *read) {
    *read = (number){0, 0};
    for (; at < n && src[at] >= '0' && src[at] <= '9'; at++) {
        if (++read->digits <= FF_RANGE_DIGITS) {
            read->value = read->value * 10 + (src[at] - '0');
        }
    }
    return at;
}

/* `-length` at `at`, of which only the digits are missing. */
static size_t read_suffix(const uint8_t *src, size_t n, size_t at, ff_range *range, size_t *most) {
    number length;
    at = read_number(src, n, at + 1, &length);
    *range = (ff_range){-length.value, FF_RANGE_OPEN};
    *most = length.digits;
    return length.digits == 0 ? n + 1 : at;
}

/* `first-` or `first-last` at `at`. */
static size_t read_bounds(const uint8_t *src, size_t n, size_t at, ff_range *range, size_t *most) {
    number first, last;
    at = skip_blanks(src, n, read_number(src, n, at, &first));
    if (first.digits == 0 || at == n || src[at] != '-') {
        return n + 1;
    }
    at = skip_blanks(src, n, at + 1);
    int minus = at < n && src[at] == '-';
    at = read_number(src, n, at + (size_t)minus, &last);
    *most = first.digits > last.digits ? first.digits : last.digits;
    *range = (ff_range){first.value, FF_RANGE_OPEN};
    if (last.digits != 0) {
        /* Of what is below zero, nothing: a stop that no start is before. */
        range->stop = minus && last.value != 0 ? 0 : last.value + 1;
    } else if (minus) {
        return n + 1;
    }
    return at;
}

static inline int follows(const ff_range *range, int64_t last) {
    if (last < 0) {
        return 0;
    }
    if (range->stop == FF_RANGE_OPEN) {
        return range->start < 0 || range->start >= last;
    }
    return range->start >= last && range->start < range->stop;
}

int ff_range_next(const uint8_t *src, size_t n, size_t *at, int64_t *last, ff_range *range) {
    if (*at > n) {
        return 0;
    }
    size_t most = 0, start = skip_blanks(src, n, *at);
    int suffix = start < n && src[start] == '-';
    size_t end = suffix ? read_suffix(src, n, start, range, &most)
                        : read_bounds(src, n, start, range, &most);
    end = skip_blanks(src, n, end);
    if (end > n || (end < n && src[end] != ',')) {
        return FF_RANGE_WRONG;
    }
    if (most > FF_RANGE_DIGITS) {
        return FF_RANGE_LARGE;
    }
    if ((suffix && range->start == 0) || !follows(range, *last)) {
        return FF_RANGE_WRONG;
    }
    *last = range->stop;
    *at = end + 1;
    return 1;
}
