/* ff_header - names and values of header fields (RFC 9110, 5).
 *
 * ff_header_same() tells whether two names of n bytes are the same but for the case of ASCII
 * letters. ff_header_environ() writes the name under which a WSGI environ has a header (PEP 3333):
 * HTTP_ and the name in capitals, dashes become underscores, except for Content-Type and
 * Content-Length, which have no HTTP_; it writes at most n + 5 bytes at dst and returns how many.
 *
 * ff_header_name_ok() tells whether a name is a token, ff_header_value_ok() whether a value has
 * neither CR nor LF nor NUL, which would end it; for texts of one, two or four bytes a character.
 *
 * The caller owns all memory, nothing behind the ends is read. Texts may be NULL when n is 0. */
#ifndef FF_HEADER_H
#define FF_HEADER_H

#include <stddef.h>
#include <stdint.h>

int ff_header_same(const uint8_t *name, const uint8_t *other, size_t n);
size_t ff_header_environ(uint8_t *dst, const uint8_t *name, size_t n);

int ff_header_name_ok(const uint8_t *name, size_t n);
int ff_header_value_ok(const uint8_t *value, size_t n);
int ff_header_value_ok2(const uint16_t *value, size_t n);
int ff_header_value_ok4(const uint32_t *value, size_t n);

#endif
