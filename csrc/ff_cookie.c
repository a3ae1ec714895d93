#include "ff_cookie.h"

static inline size_t skip_blanks(const uint8_t *src, size_t n, size_t at) {
    while (at < n && (src[at] == ' ' || src[at] == '\t')) {
        at++;
    }
    return at;
}

/* What ends a value that has no quotes; of a name, '=' does as well. */
static inline int ends_token(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '"' || byte == ';';
}

/* Return where the quoted string whose first byte is at `at` ends: at its last quote, or n. */
static size_t closing_quote(const uint8_t *src, size_t n, size_t at) {
    for (; at < n && src[at] != '"'; at++) {
        if (src[at] == '\\') {
            at++;
            if (at >= n || src[at] == '\n') {
                return n;
            }
        }
    }
    return at;
}

/* Read one cookie that starts at `at`; return where the next may start, or 0 if it is none. */
static size_t read_cookie(const uint8_t *src, size_t n, size_t at, ff_cookie *cookie) {
    at = skip_blanks(src, n, at);
    cookie->name = at;
    while (at < n && src[at] != '=' && !ends_token(src[at])) {
        at++;
    }
    cookie->name_size = at - cookie->name;
    if (cookie->name_size == 0) {
        return 0;
    }
    at = skip_blanks(src, n, at);
    cookie->value = at;
    cookie->value_size = 0;
    cookie->quoted = 0;
    if (at < n && src[at] == '=') {
        at = skip_blanks(src, n, at + 1);
        cookie->value = at;
        if (at < n && src[at] == '"') {
            size_t end = closing_quote(src, n, at + 1);
            if (end == n) {
                return 0;
            }
            cookie->value = at + 1;
            cookie->value_size = end - at - 1;
            cookie->quoted = 1;
            at = end + 1;
        } else {
            while (at < n && !ends_token(src[at])) {
                at++;
            }
            cookie->value_size = at - cookie->value;
        }
        at = skip_blanks(src, n, at);
    }
    if (at == n) {
        return n;
    }
    return src[at] == ';' ? at + 1 : 0;
}

int ff_cookie_next(const uint8_t *src, size_t n, size_t *at, ff_cookie *cookie) {
    size_t start = *at;
    while (start < n) {
        size_t next = read_cookie(src, n, start, cookie);
        if (next != 0) {
            *at = next;
            return 1;
        }
        while (start < n && src[start] != ';') {
            start++;
        }
        start++;
    }
    *at = n;
    return 0;
}

static inline int octal(uint8_t byte, uint8_t highest) {
    return byte >= '0' && byte <= highest;
}

size_t ff_cookie_unquote(uint8_t *dst, const uint8_t *src, size_t n) {
    size_t written = 0;
    for (size_t i = 0; i < n; i++) {
        if (src[i] == '\\' && n - i >= 2 && src[i + 1] != '\n') {
            i++;
            if (n - i >= 3 && octal(src[i], '3') && octal(src[i + 1], '7') &&
                octal(src[i + 2], '7')) {
                dst[written++] = (uint8_t)((src[i] - '0') << 6 | (src[i + 1] - '0') << 3 |
                                           (src[i + 2] - '0'));
                i += 2;
                continue;
            }
        }
        dst[written++] = src[i];
    }
    return written;
}

/* Which parts take a byte, as the sum of their FF_COOKIE_...; nothing beyond ASCII. */
static const uint8_t parts_of[256] = {
    /* clang-format off */
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    8, 15, 8, 11, 15, 15, 15, 15, 14, 14, 15, 15, 12, 31, 31, 14,
    31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 14, 0, 10, 14, 10, 10,
    14, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,
    31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 10, 8, 10, 11, 15,
    11, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,
    31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 10, 11, 10, 15, 0,
    /* clang-format on */
};

int ff_cookie_plain(const uint8_t *src, size_t n, uint32_t part) {
    uint32_t common = part;
    for (size_t i = 0; i < n; i++) {
        common &= parts_of[src[i]];
    }
    return common != 0;
}

int ff_cookie_is_host(const uint8_t *src, size_t n) {
    if (n == 0 || n > 63 || src[0] == '.' || !ff_cookie_plain(src, n, FF_COOKIE_DOMAIN)) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if (src[i] == '.' && src[i - 1] == '.') {
            return 0;
        }
    }
    return 1;
}
