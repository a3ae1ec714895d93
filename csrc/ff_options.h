/* ff_options - lists and options in header values (RFC 9110, 5.6.1 and 5.6.6).
 *
 * All functions work on the bytes of a value in which everything that matters is ASCII.
 *
 * ff_list_next() finds the next item of a comma separated list from *at on, steps *at behind it
 * and returns 1, or 0 where none is left, or FF_UNCLOSED where a quote has no end. Commas in
 * quoted strings part nothing. Blanks (space and tab) around an item are no part of it, empty
 * items are passed over. An item that is one quoted string comes without its quotes.
 *
 * ff_options_main() finds what stands before the options, without blanks around it, and returns
 * where the options start; n where there are none.
 *
 * ff_option_next() finds the next `name=value` from *at on in the same way, 0 also where a
 * quote has no end. A name is a token; what has none, or no value, is passed over up to the next
 * semicolon.
 *
 * ff_directive_of() parts an item at its first `=`: a name, and a value, without blanks around
 * them; a value that is one quoted string comes without its quotes. It returns 0 where there is no
 * name.
 *
 * ff_unquote() drops the backslash of escapes (not before a line feed) and returns the length of
 * what it writes at dst, which may be src; ff_quote_marks() turns each %22 into '"', in place.
 *
 * ff_quoted_growth() tells how many bytes longer a text is as a quoted string: at least 2. Where
 * `tokens` is not 0, it is 0 for a token, which needs no quotes. ff_quote() writes the quoted
 * string, exactly n + growth bytes, at dst, which must not overlap src.
 *
 * Linear: no byte is looked at more than a few times. The caller owns all memory, src[n] and
 * beyond are never read. src may be NULL when n is 0. */
#ifndef FF_OPTIONS_H
#define FF_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum { FF_UNCLOSED = -1 };

enum {
    FF_QUOTED = 1,  /* had quotes */
    FF_ESCAPED = 2, /* has a backslash between the quotes */
    FF_PERCENT = 4, /* has a percent sign (options only) */
    FF_MARKED = 8,  /* has an asterisk in its name, or at the end of a directive's (RFC 2231) */
    FF_BARE = 16    /* has no value (directives only) */
};

typedef struct {
    size_t start, size;
    uint32_t traits; /* FF_QUOTED and so on */
} ff_item;

typedef struct {
    size_t name, name_size;
    size_t value, value_size; /* without the quotes */
    uint32_t traits;
} ff_option;

int ff_list_next(const uint8_t *src, size_t n, size_t *at, ff_item *item);

size_t ff_options_main(const uint8_t *src, size_t n, ff_item *item);
int ff_option_next(const uint8_t *src, size_t n, size_t *at, ff_option *option);

int ff_directive_of(const uint8_t *src, size_t start, size_t size, ff_option *directive);

size_t ff_unquote(uint8_t *dst, const uint8_t *src, size_t n);
size_t ff_quote_marks(uint8_t *text, size_t n);
size_t ff_quoted_growth(const uint8_t *src, size_t n, int tokens);
void ff_quote(uint8_t *dst, const uint8_t *src, size_t n);
void ff_lower(uint8_t *dst, const uint8_t *src, size_t n);

#endif
