/* Hold what ff_options says of a value, between guard pages, to what lists and options are. */
#ifndef OPTIONS_CHECK_H
#define OPTIONS_CHECK_H

#include "ff_options.h"
#include "require.h"

enum { LONGEST_VALUE = 4096 };

static guarded options_src, options_dst; /* quoted, a value may be twice as long and more */

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

/* Hold one directive to the text of its item: a name, an equals sign and a value, with blanks. */
static inline void check_directive(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(options_src, n);
    memcpy(src, text, n);
    ff_option found;
    int named = ff_directive_of(src, 0, n, &found);
    const uint8_t *equals = n ? memchr(src, '=', n) : NULL;
    size_t name_end = equals == NULL ? n : (size_t)(equals - src);
    REQUIRE(!named == (found.name_size == 0), "n %zu", n);
    REQUIRE(within(found.name, found.name_size, name_end), "n %zu", n);
    REQUIRE(!(found.traits & FF_BARE) == (equals != NULL), "n %zu", n);
    REQUIRE(within(found.value, found.value_size, n), "n %zu", n);
    for (size_t i = 0; i < name_end; i++) {
        int outside = i < found.name || i >= found.name + found.name_size;
        REQUIRE(!outside || src[i] == ' ' || src[i] == '\t', "n %zu: a name cut short", n);
    }
    if (named) {
        uint8_t last = src[found.name + found.name_size - 1];
        REQUIRE(src[found.name] != ' ' && last != ' ' && last != '\t', "n %zu: blanks", n);
        REQUIRE(!(found.traits & FF_MARKED) == (last != '*'), "n %zu: mark", n);
    }
    size_t quotes = found.traits & FF_QUOTED ? 1 : 0;
    for (size_t i = name_end + 1; i < n; i++) {
        int outside = i + quotes < found.value || i >= found.value + found.value_size + quotes;
        REQUIRE(!outside || src[i] == ' ' || src[i] == '\t', "n %zu: a value cut short", n);
    }
    if (quotes) {
        size_t end = found.value + found.value_size;
        REQUIRE(src[found.value - 1] == '"' && src[end] == '"', "n %zu: quotes", n);
    }
}

/* What was quoted is, unquoted, what it was. */
static inline void check_quoting(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(options_src, n);
    memcpy(src, text, n);
    size_t growth = ff_quoted_growth(src, n, 0);
    REQUIRE(growth >= 2 && growth <= n + 2, "n %zu: growth %zu", n, growth);
    int token = n > 0 && all_tokens(src, n);
    REQUIRE(ff_quoted_growth(src, n, 1) == (token ? 0 : growth), "n %zu: a token", n);
    uint8_t *dst = guarded_tail(options_dst, n + growth);
    ff_quote(dst, src, n);
    REQUIRE(dst[0] == '"' && dst[n + growth - 1] == '"', "n %zu: quotes", n);
    REQUIRE(ff_unquote(dst + 1, dst + 1, n + growth - 2) == n, "n %zu: other length", n);
    REQUIRE(memcmp(dst + 1, text, n) == 0, "n %zu: other text", n);
}

static inline void check_value(const uint8_t *text, size_t n) {
    check_list(text, n);
    check_options(text, n);
    check_rewriting(text, n);
    check_directive(text, n);
    check_quoting(text, n);
}

#endif
