/* ff_query - the fields of a query string or a urlencoded form (WHATWG URL, 5.1).
 *
 * ff_query_next() finds the field at *at, steps *at behind it and returns 1, or 0 where
 * nothing is left. Fields are parted by '&', a name from its value by the first '='; empty
 * fields are passed over, a field without '=' has an empty value. Nothing is decoded: `coded`
 * tells which of the two have a '%', a '+' or a byte that is not ASCII.
 *
 * ff_query_decode() turns '+' into a space and %XX into a byte, and gives UTF-8 back: a byte
 * that is part of none (RFC 3629: no surrogates, nothing overlong, nothing past U+10FFFF)
 * stays readable as %XX. A '%' without two hex digits stays. It needs 3 * n bytes at dst, in
 * which the result lies: it returns where that starts, and stores its length and whether all of
 * it is ASCII.
 *
 * One pass over the bytes; for decode one more over the result where it is not ASCII. The
 * caller owns all memory, src and dst must not overlap, src[n] and beyond are never read.
 * src may be NULL when n is 0. Nothing fails. */
#ifndef FF_QUERY_H
#define FF_QUERY_H

#include <stddef.h>
#include <stdint.h>

enum { FF_NAME_CODED = 1, FF_VALUE_CODED = 2 };

typedef struct {
    size_t name, name_size;   /* offset into src, length */
    size_t value, value_size; /* the same of the value */
    uint32_t coded;           /* FF_NAME_CODED, FF_VALUE_CODED or both */
} ff_field;

int ff_query_next(const uint8_t *src, size_t n, size_t *at, ff_field *field);

const uint8_t *ff_query_decode(uint8_t *dst, const uint8_t *src, size_t n, size_t *size,
                               int *ascii);

#endif
