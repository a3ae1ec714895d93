#include "ff_json.h"

#include <string.h>

#include "ff_scan.h"

/* What may come next; a zeroed ff_json expects its value. */
enum { VALUE, FIRST_VALUE, FIRST_KEY, KEY, COMMA, NOTHING };

static inline void skip_space(ff_json *json) {
    while (json->at < json->n) {
        uint8_t byte = json->src[json->at];
        if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t') {
            return;
        }
        json->at++;
    }
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

static int read_number(ff_json *json, ff_json_token *token) {
    const uint8_t *src = json->src;
    size_t n = json->n, at = json->at;
    int negative = src[at] == '-';
    size_t digits = at + (size_t)negative;
    if (!is_digit(src, n, digits)) {
        return FF_JSON_UNSURE;
    }
    size_t last = src[digits] == '0' ? digits + 1 : skip_digits(src, n, digits);
    token->begin = at;
    token->end = json->at = skip_fraction(src, n, last);
    if (token->end != last) {
        return FF_JSON_FLOAT;
    }
    if (last - digits > 18) {
        return FF_JSON_LONG;
    }
    int64_t whole = 0;
    for (size_t i = digits; i < last; i++) {
        whole = whole * 10 + (src[i] - '0');
    }
    token->whole = negative ? -whole : whole;
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
    skip_space(json);
    if (json->at == json->n) {
        return json->expects == NOTHING ? FF_JSON_DONE : FF_JSON_UNSURE;
    }
    int in_object = json->depth != 0 && (json->objects >> (json->depth - 1) & 1) != 0;
    uint8_t byte = json->src[json->at];
    if (json->expects == COMMA || json->expects == FIRST_VALUE || json->expects == FIRST_KEY) {
        if (byte == (in_object ? '}' : ']')) {
            return close_container(json);
        }
        if (json->expects == COMMA) {
            if (byte != ',') {
                return FF_JSON_UNSURE;
            }
            json->at++;
            json->expects = in_object ? KEY : VALUE;
            skip_space(json);
            if (json->at == json->n) {
                return FF_JSON_UNSURE;
            }
        }
    }
    if (json->expects == NOTHING) {
        return FF_JSON_UNSURE;
    }
    if (json->expects == FIRST_KEY || json->expects == KEY) {
        return read_key(json, token);
    }
    return read_value(json, token);
}
