/* Hold ff_json, before a guard page, against an oracle that goes down the grammar. */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include "ff_json.h"
#include "require.h"

enum { LONGEST_TEXT = 4096 };

typedef struct {
    const uint8_t *src;
    size_t n, at;
    uint64_t digest; /* of the tokens, in their order */
} oracle_text;

static inline void oracle_note(oracle_text *text, int kind, size_t begin, size_t end) {
    text->digest = (text->digest ^ (uint64_t)kind) * 1099511628211U;
    text->digest = (text->digest ^ begin) * 1099511628211U;
    text->digest = (text->digest ^ end) * 1099511628211U;
}

static inline int oracle_take(oracle_text *text, const char *any) {
    if (text->at < text->n && text->src[text->at] != 0 &&
        strchr(any, text->src[text->at]) != NULL) {
        text->at++;
        return 1;
    }
    return 0;
}

static inline void oracle_space(oracle_text *text) {
    while (oracle_take(text, " \t\r\n")) {
    }
}

static inline int oracle_string(oracle_text *text, int kind) {
    size_t begin = text->at;
    while (text->at < text->n) {
        uint8_t byte = text->src[text->at++];
        if (byte == '"') {
            oracle_note(text, kind, begin, text->at - 1);
            return 1;
        }
        if (byte < 0x20 || (byte == '\\' && (text->at == text->n || text->src[text->at++] < 0x20))) {
            return 0;
        }
    }
    return 0;
}

static inline size_t oracle_digits(oracle_text *text) {
    size_t count = 0;
    while (oracle_take(text, "0123456789")) {
        count++;
    }
    return count;
}

static inline int oracle_number(oracle_text *text) {
    size_t begin = text->at;
    oracle_take(text, "-");
    size_t whole = oracle_take(text, "0") ? 1 : oracle_digits(text);
    if (whole == 0) {
        return 0;
    }
    int kind = whole > 18 ? FF_JSON_LONG : FF_JSON_WHOLE;
    size_t end = text->at;
    if (oracle_take(text, ".") && oracle_digits(text) != 0) {
        kind = FF_JSON_FLOAT;
        end = text->at;
    }
    text->at = end;
    if (oracle_take(text, "eE")) {
        oracle_take(text, "+-");
        if (oracle_digits(text) != 0) {
            kind = FF_JSON_FLOAT;
            end = text->at;
        }
    }
    text->at = end;
    oracle_note(text, kind, begin, end);
    return 1;
}

static inline int oracle_word(oracle_text *text, const char *word, int kind) {
    size_t length = strlen(word);
    if (text->n - text->at < length || memcmp(text->src + text->at, word, length) != 0) {
        return 0;
    }
    text->at += length;
    oracle_note(text, kind, 0, 0);
    return 1;
}

static inline int oracle_value(oracle_text *text, int depth);

static inline int oracle_members(oracle_text *text, int depth, const char *close) {
    oracle_space(text);
    for (int first = 1; !oracle_take(text, close); first = 0) {
        if (!first && !oracle_take(text, ",")) {
            return 0;
        }
        oracle_space(text);
        if (*close == '}') {
            if (!oracle_take(text, "\"") || !oracle_string(text, FF_JSON_KEY)) {
                return 0;
            }
            oracle_space(text);
            if (!oracle_take(text, ":")) {
                return 0;
            }
        }
        if (!oracle_value(text, depth)) {
            return 0;
        }
    }
    oracle_note(text, FF_JSON_CLOSE, 0, 0);
    return 1;
}

static inline int oracle_value(oracle_text *text, int depth) {
    int good;
    oracle_space(text);
    if (oracle_take(text, "\"")) {
        good = oracle_string(text, FF_JSON_STRING);
    } else if (oracle_take(text, "[")) {
        oracle_note(text, FF_JSON_ARRAY, 0, 0);
        good = depth < FF_JSON_DEEPEST && oracle_members(text, depth + 1, "]");
    } else if (oracle_take(text, "{")) {
        oracle_note(text, FF_JSON_OBJECT, 0, 0);
        good = depth < FF_JSON_DEEPEST && oracle_members(text, depth + 1, "}");
    } else {
        good = oracle_word(text, "true", FF_JSON_TRUE) || oracle_word(text, "false", FF_JSON_FALSE) ||
               oracle_word(text, "null", FF_JSON_NULL) || oracle_number(text);
    }
    oracle_space(text);
    return good;
}

static inline uint32_t oracle_marks(const uint8_t *src, size_t begin, size_t end) {
    uint32_t marks = 0;
    for (size_t i = begin; i < end; i++) {
        marks |= src[i] >= 0x80 ? FF_JSON_WIDE : src[i] == '\\' ? FF_JSON_ESCAPED : 0;
    }
    return marks;
}

/* What is read at once after a number is what is read one by one. */
static inline void check_wholes(const ff_json *json) {
    for (size_t most = 1; most <= 4; most += 3) {
        int64_t wholes[4];
        ff_json at_once = *json, single = *json;
        ff_json_token token;
        size_t count = ff_json_wholes(&at_once, wholes, most);
        REQUIRE(count <= most, "%zu", count);
        for (size_t i = 0; i < count; i++) {
            int kind = ff_json_next(&single, &token);
            REQUIRE(kind == FF_JSON_WHOLE, "at %zu: %d", single.at, kind);
            REQUIRE(token.whole == wholes[i], "number at %zu", token.begin);
        }
        REQUIRE(memcmp(&at_once, &single, sizeof single) == 0, "at %zu", at_once.at);
    }
}

static inline void check_json(guarded memory, const uint8_t *bytes, size_t n) {
    uint8_t *src = guarded_tail(memory, n);
    memcpy(src, bytes, n);
    oracle_text expected = {src, n, 0, 0}, found = {src, n, 0, 0};
    int good = oracle_value(&expected, 0) && expected.at == n;
    ff_json json = {src, n, 0, 0, 0, 0};
    ff_json_token token;
    int kind;
    while ((kind = ff_json_next(&json, &token)) > FF_JSON_DONE) {
        int ranged = kind >= FF_JSON_KEY && kind <= FF_JSON_FLOAT;
        oracle_note(&found, kind, ranged ? token.begin : 0, ranged ? token.end : 0);
        if (kind == FF_JSON_KEY || kind == FF_JSON_STRING) {
            REQUIRE(token.marks == oracle_marks(src, token.begin, token.end), "at %zu", token.begin);
        }
        if (kind == FF_JSON_WHOLE) {
            char digits[32] = {0};
            memcpy(digits, src + token.begin, token.end - token.begin);
            REQUIRE(token.whole == strtoll(digits, NULL, 10), "number at %zu", token.begin);
            if (json.depth > 0 && (json.objects >> (json.depth - 1) & 1) == 0) {
                check_wholes(&json);
            }
        }
    }
    size_t plain = 0;
    while (plain < n && src[plain] >= 0x20 && src[plain] < 0x7F && src[plain] != '"' &&
           src[plain] != '\\') {
        plain++;
    }
    REQUIRE(ff_json_plain(src, n) == plain, "n %zu: other plain bytes", n);
    REQUIRE((kind == FF_JSON_DONE) == good, "n %zu: ends with %d", n, kind);
    REQUIRE(!good || found.digest == expected.digest, "n %zu: other tokens", n);
}

#endif
