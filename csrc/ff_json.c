#include "ff_json.h"

#include <string.h>

#include "ff_scan.h"

/* What may come next; a zeroed ff_json expects its value. */
enum { VALUE, FIRST_VALUE, FIRST_KEY, COMMA, NOTHING };

/* Behind the blanks at src[at]. */
static inline size_t after_space(const uint8_t *src, size_t n, size_t at) {
    while (at < n && src[at] <= ' ' &&
           (src[at] == ' ' || src[at] == '\n' || src[at] == '\r' || src[at] == '\t')) {
        at++;
    }
    return at;
}

static inline void skip_space(ff_json *json) {
    json->at = after_space(json->src, json->n, json->at);
}

/* Read the rest of a string, whose opening quote has been read; `kind` or FF_JSON_UNSURE. */
static int read_string(ff_json *json, ff_json_token *token, int kind) {
    const uint8_t *src = json->src;
    size_t at = json->at, n = json->n;
    token->begin = at;
    token->marks = 0;
    while (at < n) {
        if (n - at >= FF_SCAN) {
            ff_block block = ff_block_load(src + at);
            uint32_t stop = ff_block_equal(block, '"') | ff_block_equal(block, '\\') |
                            ff_block_control(block);
            uint32_t first = stop == 0 ? FF_SCAN : ff_lowest(stop);
            if ((ff_block_wide(block) & ((1U << first) - 1)) != 0) {
                token->marks |= FF_JSON_WIDE;
            }
            at += first;
            if (stop == 0) {
                continue;
            }
        }
        uint8_t byte = src[at++];
        if (byte == '"') {
            token->end = at - 1;
            json->at = at;
            return kind;
        }
        if (byte == '\\' && at < n) {
            token->marks |= FF_JSON_ESCAPED;
            byte = src[at++];
        }
        if (byte < ' ') {
            return FF_JSON_UNSURE;
        }
        if (byte >= 0x80) {
            token->marks |= FF_JSON_WIDE;
        }
    }
    return FF_JSON_UNSURE;
}

static inline int is_digit(const uint8_t *src, size_t n, size_t at) {
    return at < n && src[at] >= '0' && src[at] <= '9';
}

static inline size_t skip_digits(const uint8_t *src, size_t n, size_t at) {
    while (is_digit(src, n, at)) {
        at++;
    }
    return at;
}

/* Behind the fraction and the exponent at src[at], `at` if there are none. */
static inline size_t skip_fraction(const uint8_t *src, size_t n, size_t at) {
    if (at < n && src[at] == '.' && is_digit(src, n, at + 1)) {
        at = skip_digits(src, n, at + 1);
    }
    if (at < n && (src[at] == 'e' || src[at] == 'E')) {
        size_t digits = at + 1;
        if (digits < n && (src[digits] == '+' || src[digits] == '-')) {
            digits++;
        }
        if (is_digit(src, n, digits)) {
            at = skip_digits(src, n, digits);
        }
    }
    return at;
}

static inline int read_number(ff_json *json, ff_json_token *token) {
    const uint8_t *src = json->src;
    size_t n = json->n, at = json->at;
    int negative = src[at] == '-';
    size_t digits = at + (size_t)negative, last = digits;
    uint64_t whole = 0; /* goes round beyond nineteen digits */
    for (; is_digit(src, n, last); last++) {
        whole = whole * 10 + (uint64_t)(src[last] - '0');
    }
    if (last == digits) {
        return FF_JSON_UNSURE;
    }
    if (src[digits] == '0' && last > digits + 1) {
        last = digits + 1; /* more digits are no part of a number that begins with 0 */
        whole = 0;
    }
    token->begin = at;
    token->end = json->at = last;
    if (last < n && (src[last] == '.' || (src[last] | 0x20) == 'e')) {
        token->end = json->at = skip_fraction(src, n, last);
        if (token->end != last) {
            return FF_JSON_FLOAT;
        }
    }
    if (last - digits > 18) {
        return FF_JSON_LONG;
    }
    token->whole = negative ? -(int64_t)whole : (int64_t)whole;
    return FF_JSON_WHOLE;
}

static int read_word(ff_json *json, const char *word, size_t length, int kind) {
    if (json->n - json->at < length || memcmp(json->src + json->at, word, length) != 0) {
        return FF_JSON_UNSURE;
    }
    json->at += length;
    return kind;
}

static int open_container(ff_json *json, int kind) {
    if (json->depth == FF_JSON_DEEPEST) {
        return FF_JSON_UNSURE;
    }
    uint64_t bit = (uint64_t)1 << json->depth++;
    json->objects = kind == FF_JSON_OBJECT ? json->objects | bit : json->objects & ~bit;
    json->expects = kind == FF_JSON_OBJECT ? FIRST_KEY : FIRST_VALUE;
    json->at++;
    return kind;
}

static int close_container(ff_json *json) {
    json->at++;
    json->expects = --json->depth == 0 ? NOTHING : COMMA;
    return FF_JSON_CLOSE;
}

static int read_key(ff_json *json, ff_json_token *token) {
    if (json->src[json->at] != '"') {
        return FF_JSON_UNSURE;
    }
    json->at++;
    int kind = read_string(json, token, FF_JSON_KEY);
    skip_space(json);
    if (json->at == json->n || json->src[json->at] != ':') {
        return FF_JSON_UNSURE;
    }
    json->at++;
    json->expects = VALUE;
    return kind;
}

static int read_value(ff_json *json, ff_json_token *token) {
    uint8_t first = json->src[json->at];
    if (first == '{') {
        return open_container(json, FF_JSON_OBJECT);
    }
    if (first == '[') {
        return open_container(json, FF_JSON_ARRAY);
    }
    json->expects = json->depth == 0 ? NOTHING : COMMA;
    switch (first) {
    case '"':
        json->at++;
        return read_string(json, token, FF_JSON_STRING);
    case 't':
        return read_word(json, "true", 4, FF_JSON_TRUE);
    case 'f':
        return read_word(json, "false", 5, FF_JSON_FALSE);
    case 'n':
        return read_word(json, "null", 4, FF_JSON_NULL);
    default:
        return read_number(json, token);
    }
}

int ff_json_next(ff_json *json, ff_json_token *token) {
    const uint8_t *src = json->src;
    size_t n = json->n, at = after_space(src, n, json->at);
    json->at = at;
    if (at == n) {
        return json->expects == NOTHING ? FF_JSON_DONE : FF_JSON_UNSURE;
    }
    if (json->expects == NOTHING) {
        return FF_JSON_UNSURE;
    }
    if (json->expects == VALUE) {
        return read_value(json, token);
    }
    int in_object = (json->objects >> (json->depth - 1) & 1) != 0;
    if (src[at] == (in_object ? '}' : ']')) {
        return close_container(json);
    }
    if (json->expects == COMMA) {
        if (src[at] != ',' || (at = after_space(src, n, at + 1)) == n) {
            return FF_JSON_UNSURE;
        }
        json->at = at;
    }
    return in_object ? read_key(json, token) : read_value(json, token);
}

/* Whether src[at] can only stand behind a number, as far as numbers go. */
static inline int ends_number(uint8_t byte) { return byte == ',' || byte == ']' || byte <= ' '; }

/* Behind the number of at most 18 digits at src[at], if it is followed by what can only stand
 * behind a number; else 0. */
static inline size_t read_whole(const uint8_t *src, size_t n, size_t at, int64_t *whole) {
    int64_t sign = src[at] == '-' ? -1 : 0;
    size_t begin = at - (size_t)sign, most = n - begin < 20 ? n : begin + 20;
    uint64_t value = 0, digit;
    for (at = begin; at < most && (digit = (uint64_t)src[at] - '0') <= 9; at++) {
        value = value * 10 + digit;
    }
    size_t digits = at - begin;
    if (digits == 0 || digits > 18 || at == n || (src[begin] == '0' && digits > 1) ||
        !ends_number(src[at])) {
        return 0;
    }
    *whole = ((int64_t)value ^ sign) - sign;
    return at;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && defined(__GNUC__)

enum { FF_SHORT_NUMBER = 8 };

/* The same of a number of at most seven digits at src[0..8); 0 for any other. All digits at
 * once: neighbours are joined into numbers of two, four and eight digits. */
static inline size_t read_short(const uint8_t *src, uint64_t *value) {
    uint64_t digits;
    memcpy(&digits, src, sizeof digits);
    digits ^= 0x3030303030303030U;
    /* The high bit of each byte that is above 9. */
    uint64_t others = (((digits & 0x7F7F7F7F7F7F7F7FU) + 0x7676767676767676U) | digits) &
                      0x8080808080808080U;
    if (others == 0) {
        return 0;
    }
    size_t count = (size_t)__builtin_ctzll(others) / 8;
    if (count == 0 || (src[0] == '0' && count > 1) || !ends_number(src[count])) {
        return 0;
    }
    digits <<= 64 - 8 * count;
    digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FFU;
    digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFFU;
    *value = (digits * 10000 + (digits >> 32)) & 0xFFFFFFFFU;
    return count;
}

#else

enum { FF_SHORT_NUMBER = 0 };

static inline size_t read_short(const uint8_t *src, uint64_t *value) {
    (void)src;
    (void)value;
    return 0;
}

#endif

/* Read ", 123" as most write it, at src[at]; how much that is, or 0. */
static inline size_t read_short_item(const uint8_t *src, size_t n, size_t at, int64_t *whole) {
    if (n - at < 3 + FF_SHORT_NUMBER || src[at] != ',') {
        return 0;
    }
    size_t begin = at + 1;
    begin += src[begin] == ' ';
    int64_t sign = src[begin] == '-' ? -1 : 0;
    begin -= (size_t)sign;
    uint64_t value;
    size_t count = read_short(src + begin, &value);
    if (count == 0) {
        return 0;
    }
    *whole = ((int64_t)value ^ sign) - sign;
    return begin + count;
}

size_t ff_json_wholes(ff_json *json, int64_t *wholes, size_t most) {
    const uint8_t *src = json->src;
    size_t n = json->n, at = json->at, count = 0;
    for (; count < most; count++) {
        size_t next = read_short_item(src, n, at, &wholes[count]);
        if (next == 0) {
            next = after_space(src, n, at);
            if (next == n || src[next] != ',' || (next = after_space(src, n, next + 1)) == n ||
                (next = read_whole(src, n, next, &wholes[count])) == 0) {
                break;
            }
        }
        at = next;
    }
    json->at = at;
    return count;
}

size_t ff_json_plain(const uint8_t *src, size_t n) {
    size_t at = 0;
    while (n - at >= FF_SCAN) {
        ff_block block = ff_block_load(src + at);
        uint32_t stop = ff_block_equal(block, '"') | ff_block_equal(block, '\\') |
                        ff_block_equal(block, 0x7F) | ff_block_control(block) |
                        ff_block_wide(block);
        if (stop != 0) {
            return at + ff_lowest(stop);
        }
        at += FF_SCAN;
    }
    while (at < n && src[at] >= ' ' && src[at] < 0x7F && src[at] != '"' && src[at] != '\\') {
        at++;
    }
    return at;
}
