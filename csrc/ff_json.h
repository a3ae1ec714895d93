/* ff_json - the tokens of JSON text in UTF-8, in the order of its grammar (RFC 8259).
 *
 * ff_json_next() reads one token and returns its kind: a value that stands by itself, the key of
 * a member (with its colon), the beginning or the end of an array or object, or the end of the
 * text. begin and end are where the content lies in src: of a string, without its quotes.
 * `marks` of a string or key tells whether a backslash (FF_JSON_ESCAPED) or a byte that is
 * not ASCII (FF_JSON_WIDE) is in it, neither of which is looked at more closely. FF_JSON_WHOLE is a
 * number of at most 18 digits, with its value; FF_JSON_LONG one of more; FF_JSON_FLOAT has a
 * fraction or an exponent.
 *
 * FF_JSON_UNSURE is anything else: what is no JSON, what is nested deeper than
 * FF_JSON_DEEPEST, and what only some parsers take for JSON, such as NaN. Start with a zeroed
 * ff_json with src and n, and do not go on after FF_JSON_UNSURE or FF_JSON_DONE.
 *
 * ff_json_wholes() reads what an array goes on with, as far as it is such numbers: up to `most`
 * of them, into `wholes`, and returns how many. It may be asked after an FF_JSON_WHOLE in an
 * array; ff_json_next() goes on behind them, and has the say in all that is something else.
 *
 * ff_json_plain() tells how many bytes of a text, from its start, JSON has as they stand where all
 * of it is ASCII: up to a quote, a backslash, a control, DEL, or a byte that is not ASCII.
 *
 * One pass. src[n] and beyond are never read. */
#ifndef FF_JSON_H
#define FF_JSON_H

#include <stddef.h>
#include <stdint.h>

enum { FF_JSON_ESCAPED = 1, FF_JSON_WIDE = 2 };
enum { FF_JSON_DEEPEST = 64 };

enum {
    FF_JSON_UNSURE = -1,
    FF_JSON_DONE,
    FF_JSON_ARRAY,
    FF_JSON_OBJECT,
    FF_JSON_CLOSE,
    FF_JSON_KEY,
    FF_JSON_STRING,
    FF_JSON_WHOLE,
    FF_JSON_LONG,
    FF_JSON_FLOAT,
    FF_JSON_TRUE,
    FF_JSON_FALSE,
    FF_JSON_NULL
};

typedef struct {
    const uint8_t *src;
    size_t n, at;
    uint64_t objects; /* bit i: what is open at level i + 1 is an object */
    uint32_t depth, expects;
} ff_json;

typedef struct {
    size_t begin, end;
    int64_t whole;
    uint32_t marks;
} ff_json_token;

int ff_json_next(ff_json *json, ff_json_token *token);

size_t ff_json_wholes(ff_json *json, int64_t *wholes, size_t most);

size_t ff_json_plain(const uint8_t *src, size_t n);

#endif
