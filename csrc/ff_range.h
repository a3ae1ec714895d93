/* ff_range - the ranges of a Range header (RFC 9110, 14.1 and 14.2): what stands behind the `=`.
 *
 * A walk begins with *at and *last 0. ff_range_next() reads the next range, steps *at behind it
 * and returns 1; or 0 where none is left; or
 *
 * FF_RANGE_WRONG   it is no range, is empty, or does not follow the one before it in order;
 * FF_RANGE_LARGE   it is one, with a number of more than FF_RANGE_DIGITS digits.
 *
 * Ranges are parted by commas, `first-last`, `first-` or `-length`, with blanks (space and tab)
 * around each number but the length. Numbers are ASCII digits; last may have a minus, which only
 * zero can have and be right. There is at least one range, so that an empty text is wrong.
 *
 * Linear: no byte is looked at more than a few times. The caller owns all memory, src[n] and
 * beyond are never read. src may be NULL when n is 0. */
#ifndef FF_RANGE_H
#define FF_RANGE_H

#include <stddef.h>
#include <stdint.h>

enum { FF_RANGE_DIGITS = 18 };
enum { FF_RANGE_WRONG = -1, FF_RANGE_LARGE = -2 };
enum { FF_RANGE_OPEN = -1 };

typedef struct {
    int64_t start; /* negative: that many bytes at the end */
    int64_t stop;  /* behind the last one; FF_RANGE_OPEN: up to the end */
} ff_range;

int ff_range_next(const uint8_t *src, size_t n, size_t *at, int64_t *last, ff_range *range);

#endif
