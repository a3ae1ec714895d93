/* ff_accept - the items of Accept headers (RFC 9110, 12.5), their ranks, and what matches them.
 *
 * ff_accept_read() takes one item of the list, without blanks around it, apart into its value and
 * its quality. It returns 1; or 0 for an item that has quotes, an empty value, other parameters
 * than `q`, or a quality that is not up to 15 digits with or without a point in them: that one
 * needs the general way. `quality` is -1 where none was given; it may be greater than 1.
 *
 * ff_accept_specificity() says how specific a value is, as a number that sorts as Werkzeug's
 * tuples do; FF_UNRANKED for a media range of more than 30 parts.
 *
 * ff_accept_sort() sorts ranks, the most specific first, of those the best quality, else in the
 * order in which they are. It needs room for n more at scratch. O(n log n).
 *
 * ff_accept_matches() tells whether a value that the server has matches one of the client: 1 or
 * 0; FF_ASK where that needs the general way: parameters, and what a server must not offer. Both
 * are ASCII: the case of other characters is beyond it.
 *
 * The caller owns all memory, nothing behind the ends is read. */
#ifndef FF_ACCEPT_H
#define FF_ACCEPT_H

#include <stddef.h>
#include <stdint.h>

typedef enum { FF_PLAIN = 0, FF_MEDIA = 1, FF_LANGUAGE = 2 } ff_accept_kind;

enum { FF_ASK = -1 };

#define FF_UNRANKED UINT64_MAX

typedef struct {
    size_t start, size; /* of the value, as an offset into the item */
    double quality;
} ff_accepted;

typedef struct {
    uint64_t specificity;
    double quality;
    size_t index;
} ff_rank;

int ff_accept_read(const uint8_t *src, size_t n, ff_accepted *accepted);
uint64_t ff_accept_specificity(const uint8_t *src, size_t n, ff_accept_kind kind);
void ff_accept_sort(ff_rank *ranks, ff_rank *scratch, size_t n);
int ff_accept_matches(const uint8_t *offer, size_t n, const uint8_t *wanted, size_t m,
                      ff_accept_kind kind);

#endif
