/* Hold what ff_cookie says of a header, between guard pages, to what a cookie is. */
#ifndef COOKIE_CHECK_H
#define COOKIE_CHECK_H

#include "ff_cookie.h"
#include "require.h"

enum { LONGEST_HEADER = 4096 };

static guarded cookie_src, cookie_dst;

static inline void check_unquote(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(cookie_src, n);
    memcpy(src, text, n);
    uint8_t *dst = guarded_tail(cookie_dst, n);
    size_t size = ff_cookie_unquote(dst, src, n);
    REQUIRE(size <= n, "n %zu: %zu bytes", n, size);
    REQUIRE(memchr(text, '\\', n) != NULL || (size == n && memcmp(dst, text, n) == 0),
            "n %zu: changed without an escape", n);
    REQUIRE(ff_cookie_unquote(src, src, n) == size && memcmp(src, dst, size) == 0,
            "n %zu: other bytes in place", n);
}

static inline int has_any(const uint8_t *src, size_t n, const char *bytes) {
    for (size_t i = 0; i < n; i++) {
        if (src[i] != 0 && strchr(bytes, src[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

static inline void check_plain(const uint8_t *src, size_t n) {
    static const struct {
        uint32_t part;
        const char *signs; /* besides letters and digits */
    } parts[] = {
        {FF_COOKIE_NAME, "!#$%&'*+-.^_`|~"},
        {FF_COOKIE_VALUE, "!#$%&'()*+-./:<=>?@[]^_`{|}~"},
        {FF_COOKIE_PATH, "!$%&'()*+,-./:=@_~"},
        {FF_COOKIE_DATE, " !\"#$%&'()*+,-./:<=>?@[\\]^_`{|}~"},
        {FF_COOKIE_DOMAIN, "-."},
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        int plain = 1;
        for (size_t at = 0; at < n; at++) {
            uint8_t byte = src[at], letter = byte | 0x20;
            plain &= (byte >= '0' && byte <= '9') || (letter >= 'a' && letter <= 'z') ||
                     (byte != 0 && strchr(parts[i].signs, byte) != NULL);
        }
        REQUIRE(ff_cookie_plain(src, n, parts[i].part) == plain, "n %zu: part %zu", n, i);
    }
    int host = n > 0 && n < 64 && ff_cookie_plain(src, n, FF_COOKIE_DOMAIN);
    for (size_t at = 0; at < n; at++) {
        host &= src[at] != '.' || (at > 0 && src[at - 1] != '.');
    }
    REQUIRE(ff_cookie_is_host(src, n) == host, "n %zu: host", n);
}

static inline void check_cookies(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(cookie_src, n);
    memcpy(src, text, n);
    size_t at = 0, before = 0;
    ff_cookie cookie;
    while (ff_cookie_next(src, n, &at, &cookie)) {
        REQUIRE(at > before && at <= n, "n %zu: from %zu to %zu", n, before, at);
        REQUIRE(within(cookie.name, cookie.name_size, n) && cookie.name >= before, "n %zu", n);
        REQUIRE(within(cookie.value, cookie.value_size, n), "n %zu", n);
        REQUIRE(cookie.name_size > 0, "n %zu: no name", n);
        REQUIRE(!has_any(src + cookie.name, cookie.name_size, " \t=\";"), "n %zu: name", n);
        if (cookie.quoted) {
            REQUIRE(src[cookie.value - 1] == '"', "n %zu: quotes", n);
            REQUIRE(src[cookie.value + cookie.value_size] == '"', "n %zu: quotes", n);
        } else {
            REQUIRE(!has_any(src + cookie.value, cookie.value_size, " \t\";"), "n %zu: value", n);
        }
        size_t end = cookie.value + cookie.value_size + cookie.quoted;
        REQUIRE(!has_any(src + end, at - end, "=\\\"abc"), "n %zu: passed over its end", n);
        before = at;
    }
    REQUIRE(at == n, "n %zu: ends at %zu", n, at);
    check_plain(src, n);
    check_unquote(text, n);
}

#endif
