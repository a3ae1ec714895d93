/* Hold what ff_options says of a value, between guard pages, to what lists and options are. */
#ifndef OPTIONS_CHECK_H
#define OPTIONS_CHECK_H

#include "ff_options.h"
#include "require.h"

enum { LONGEST_VALUE = 4096 };

static guarded options_src, options_dst;

static inline int all_tokens(const uint8_t *src, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (src[i] <= ' ' || src[i] >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", src[i]) != NULL) {
            return 0;
        }
    }
    return 1;
}

static inline void check_rewriting(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(options_src, n);
    memcpy(src, text, n);
    uint8_t *dst = guarded_tail(options_dst, n);
    size_t size = ff_unquote(dst, src, n);
    REQUIRE(size <= n, "n %zu: %zu bytes", n, size);
    REQUIRE(ff_quote_marks(dst, size) <= size, "n %zu", n);
    REQUIRE(ff_unquote(src, src, n) == size, "n %zu: other length in place", n);
    memcpy(src, text, n);
    ff_lower(dst, src, n);
    for (size_t i = 0; i < n; i++) {
        int upper = src[i] >= 'A' && src[i] <= 'Z';
        REQUIRE(dst[i] == (upper ? src[i] - 'A' + 'a' : src[i]), "n %zu: byte %zu", n, i);
    }
}

static inline void check_list(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(options_src, n);
    memcpy(src, text, n);
    size_t at = 0, before = 0;
    ff_item item;
    int found;
    while ((found = ff_list_next(src, n, &at, &item)) == 1) {
        REQUIRE(at > before && at <= n, "n %zu: from %zu to %zu", n, before, at);
        REQUIRE(within(item.start, item.size, n) && item.start >= before, "n %zu", n);
        REQUIRE(item.size > 0 || (item.traits & FF_QUOTED), "n %zu: nothing", n);
        if (!(item.traits & FF_QUOTED)) {
            uint8_t first = src[item.start], last = src[item.start + item.size - 1];
            REQUIRE(first != ' ' && first != '\t' && last != ' ' && last != '\t', "n %zu", n);
        }
        before = at;
    }
    REQUIRE(found == FF_UNCLOSED ? memchr(text, '"', n) != NULL : at == n, "n %zu: %d", n, found);
}

static inline void check_options(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(options_src, n);
    memcpy(src, text, n);
    ff_item item;
    ff_option option;
    size_t at = ff_options_main(src, n, &item), before = at;
    REQUIRE(at <= n && within(item.start, item.size, n), "n %zu", n);
    REQUIRE(memchr(src + item.start, ';', item.size) == NULL, "n %zu: a semicolon", n);
    while (ff_option_next(src, n, &at, &option)) {
        const uint8_t *name = src + option.name, *value = src + option.value;
        REQUIRE(at > before && at <= n, "n %zu: from %zu to %zu", n, before, at);
        REQUIRE(within(option.name, option.name_size, n) && option.name >= before, "n %zu", n);
        REQUIRE(within(option.value, option.value_size, n), "n %zu", n);
        REQUIRE(option.name_size > 0 && all_tokens(name, option.name_size), "n %zu: name", n);
        REQUIRE(!(option.traits & FF_MARKED) == !memchr(name, '*', option.name_size), "n %zu", n);
        REQUIRE((option.traits & FF_PERCENT) || !memchr(value, '%', option.value_size), "n %zu", n);
        if (option.traits & FF_QUOTED) {
            REQUIRE(value[-1] == '"' && value[option.value_size] == '"', "n %zu: quotes", n);
        } else {
            REQUIRE(option.value_size > 0 && all_tokens(value, option.value_size), "n %zu", n);
        }
        before = at;
    }
    REQUIRE(at == n, "n %zu: ends at %zu", n, at);
}

static inline void check_value(const uint8_t *text, size_t n) {
    check_list(text, n);
    check_options(text, n);
    check_rewriting(text, n);
}

#endif
