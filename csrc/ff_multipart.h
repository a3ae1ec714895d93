/* ff_multipart - cut a multipart/form-data body into its parts (RFC 7578, RFC 2046 5.1).
 *
 * A line ends with CRLF, LF or CR, whichever a sender prefers. The line that ends a part is a
 * line break, "--", the boundary, and then either "--" (no part follows) or any blanks (space,
 * tab, vertical tab, form feed) and a line break. A boundary must not hold CR or LF; that is
 * what makes the search linear, since no comparison reaches past the next line break.
 *
 * ff_multipart_find() looks in src[from..n) for the first such line; its line break may be the
 * one at `from`. It returns FF_PART_FOLLOWS or FF_PARTS_END and where the line lies, from its
 * line break to behind the "--" or the last line break. Or it returns FF_PART_GOES_ON: up to
 * where->begin there is content and nothing else; the bytes from there to n may be the
 * beginning of such a line, so that more has to come before anything can be said of them.
 *
 * ff_multipart_part() reads a whole part whose head begins at `from`: the head ends before
 * the first blank line, the content begins behind it. It returns what find() does, with
 * `next` behind the line that ends the part, or FF_NO_HEAD where no blank line follows.
 *
 * ff_multipart_header() reads the header line at *at, steps *at behind it and returns 1, or 0
 * where none is left. Lines of blanks are passed over. Blanks around name and value do not
 * belong to them; a line without a colon is a name. A line break in front of a space or a tab
 * does not end a header: ff_multipart_unfold() replaces both by one space, into dst, which
 * takes as many bytes as src has, and returns the new length.
 *
 * All is done in one pass. The caller owns all memory; src[n] and beyond are never read. */
#ifndef FF_MULTIPART_H
#define FF_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

enum { FF_NO_HEAD = -1, FF_PART_GOES_ON = 0, FF_PART_FOLLOWS = 1, FF_PARTS_END = 2 };

typedef struct {
    size_t begin, end;
} ff_range;

typedef struct {
    ff_range head, content;
    size_t next;
} ff_part;

int ff_multipart_find(const uint8_t *src, size_t n, size_t from, const uint8_t *boundary, size_t m,
                      ff_range *where);

int ff_multipart_part(const uint8_t *src, size_t n, size_t from, const uint8_t *boundary, size_t m,
                      ff_part *part);

int ff_multipart_header(const uint8_t *src, size_t n, size_t *at, ff_range *name, ff_range *value);

size_t ff_multipart_unfold(uint8_t *dst, const uint8_t *src, size_t n);

#endif
