/* Hold what ff_header says of names and values, between guard pages, to simpler words for it. */
#ifndef HEADER_CHECK_H
#define HEADER_CHECK_H

#include <ctype.h>
#include <strings.h>

#include "ff_header.h"
#include "require.h"

enum { LONGEST_FIELD = 4096 };

static guarded header_src, header_other;

static inline void check_names(const uint8_t *text, size_t n) {
    size_t half = n / 2;
    uint8_t *name = guarded_tail(header_src, half), *other = guarded_tail(header_other, half);
    memcpy(name, text, half);
    memcpy(other, text + half, half);
    if (memchr(text, 0, n) == NULL) {
        int same = strncasecmp((const char *)name, (const char *)other, half) == 0;
        REQUIRE(ff_header_same(name, other, half) == same, "n %zu", half);
    }
}

static inline void check_environ(const uint8_t *text, size_t n) {
    char expected[LONGEST_FIELD + 6] = "HTTP_";
    for (size_t i = 0; i < n; i++) {
        int byte = text[i] < 0x80 ? toupper(text[i]) : text[i];
        expected[5 + i] = (char)(byte == '-' ? '_' : byte);
    }
    size_t start = 0;
    if ((n == 12 && memcmp(expected + 5, "CONTENT_TYPE", n) == 0) ||
        (n == 14 && memcmp(expected + 5, "CONTENT_LENGTH", n) == 0)) {
        start = 5;
    }
    uint8_t *name = guarded_tail(header_src, n), *dst = guarded_tail(header_other, n + 5);
    memcpy(name, text, n);
    size_t size = ff_header_environ(dst, name, n);
    REQUIRE(size == n + 5 - start && memcmp(dst, expected + start, size) == 0, "%.*s", (int)size,
            dst);
}

static inline void check_faults(const uint8_t *text, size_t n) {
    int token = n != 0, fine = 1;
    for (size_t i = 0; i < n; i++) {
        token = token && text[i] != 0 && text[i] < 0x80 &&
                (isalnum(text[i]) || strchr("!#$%&'*+-.^_`|~", text[i]) != NULL);
        fine = fine && text[i] != '\r' && text[i] != '\n' && text[i] != 0;
    }
    uint8_t *one = guarded_tail(header_src, n);
    memcpy(one, text, n);
    REQUIRE(ff_header_name_ok(one, n) == token, "n %zu", n);
    REQUIRE(ff_header_value_ok(one, n) == fine, "n %zu", n);
    uint16_t *two = guarded_tail(header_src, 2 * n);
    for (size_t i = 0; i < n; i++) {
        two[i] = text[i] ? text[i] : 0x0D00; /* looks like a line end in its high byte */
    }
    uint32_t *four = guarded_tail(header_other, 4 * n);
    for (size_t i = 0; i < n; i++) {
        four[i] = text[i] ? text[i] : 0x0A0D00;
    }
    fine = memchr(text, '\r', n) == NULL && memchr(text, '\n', n) == NULL;
    REQUIRE(ff_header_value_ok2(two, n) == fine, "n %zu", n);
    REQUIRE(ff_header_value_ok4(four, n) == fine, "n %zu", n);
}

static inline void check_header(const uint8_t *text, size_t n) {
    check_names(text, n);
    check_environ(text, n);
    check_faults(text, n);
}

#endif
