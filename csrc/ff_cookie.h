/* ff_cookie - the cookies of a Cookie header (RFC 6265, 4.2.1), as lenient as servers have to be.
 *
 * ff_cookie_next() finds the next cookie from *at on, steps *at behind it and returns 1, or 0
 * where none is left. Cookies are parted by ';'. A name has no blank, '=', '"' or ';'; a value is
 * a quoted string with backslash escapes, or has no blank, '"' or ';'. Blanks (space and tab)
 * around both are skipped. What is no cookie is passed over up to the next ';'.
 *
 * ff_cookie_unquote() undoes the escapes of what stands between the quotes: \ooo, three octal
 * digits up to 377, is a byte, any other escaped byte itself (but a line feed keeps its
 * backslash). It writes at most n bytes at dst, which may be src, and returns how many.
 *
 * ff_cookie_plain() tells whether all bytes may stand in a part of a Set-Cookie header as they are:
 * in a name, a value without quotes, a path, the text of a date, or a domain.
 *
 * ff_cookie_is_host() tells whether they are a domain that IDNA encodes to itself (RFC 5891) and that
 * has no dot in front: 1 to 63 plain bytes, none of them a dot behind a dot.
 *
 * Linear: no byte is looked at more than a few times. The caller owns all memory, src[n] and
 * beyond are never read. src may be NULL when n is 0. Nothing fails. */
#ifndef FF_COOKIE_H
#define FF_COOKIE_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    size_t name, name_size;
    size_t value, value_size; /* without the quotes */
    uint32_t quoted;          /* 1: had quotes and may have escapes */
} ff_cookie;

int ff_cookie_next(const uint8_t *src, size_t n, size_t *at, ff_cookie *cookie);

size_t ff_cookie_unquote(uint8_t *dst, const uint8_t *src, size_t n);

enum { FF_COOKIE_NAME = 1, FF_COOKIE_VALUE = 2, FF_COOKIE_PATH = 4, FF_COOKIE_DATE = 8, FF_COOKIE_DOMAIN = 16 };

int ff_cookie_plain(const uint8_t *src, size_t n, uint32_t part);

int ff_cookie_is_host(const uint8_t *src, size_t n);

#endif
