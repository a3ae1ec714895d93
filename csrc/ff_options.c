#include "ff_options.h"

#include <string.h>

#include "ff_token.h"

static inline int is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t';
}

static inline size_t skip_blanks(const uint8_t *src, size_t n, size_t at) {
    while (at < n && is_blank(src[at])) {
        at++;
    }
    return at;
}

static inline void trim(const uint8_t *src, ff_item *item) {
    size_t end = item->start + item->size;
    item->start = skip_blanks(src, end, item->start);
    while (end > item->start && is_blank(src[end - 1])) {
        end--;
    }
    item->size = end - item->start;
}

/* Take the quotes off where the item starts and ends with one. */
static inline void take_quotes(const uint8_t *src, ff_item *item, uint32_t escaped) {
    item->traits = 0;
    if (item->size >= 2 && src[item->start] == '"' && src[item->start + item->size - 1] == '"') {
        item->start++;
        item->size -= 2;
        item->traits = FF_QUOTED | escaped;
    }
}

int ff_list_next(const uint8_t *src, size_t n, size_t *at, ff_item *item) {
    size_t start = *at;
    while (start < n) {
        uint32_t quoted = 0, escaped = 0;
        size_t end = start;
        for (; end < n && (quoted || src[end] != ','); end++) {
            if (src[end] == '"') {
                quoted = !quoted;
            } else if (src[end] == '\\') {
                escaped = FF_ESCAPED;
                if (quoted) {
                    end++;
                }
            }
        }
        if (quoted) {
            return FF_UNCLOSED;
        }
        *item = (ff_item){start, end - start, 0};
        start = end + 1;
        trim(src, item);
        if (item->size != 0) {
            take_quotes(src, item, escaped);
            *at = start < n ? start : n;
            return 1;
        }
    }
    *at = n;
    return 0;
}

size_t ff_options_main(const uint8_t *src, size_t n, ff_item *item) {
    size_t end = 0;
    while (end < n && src[end] != ';') {
        end++;
    }
    *item = (ff_item){0, end, 0};
    trim(src, item);
    return end < n ? skip_blanks(src, n, end + 1) : n;
}

/* Find the quote that closes what starts at `at`; n where there is none. A backslash escapes a
 * quote or a backslash and nothing else. */
static size_t closing_quote(const uint8_t *src, size_t n, size_t at, uint32_t *traits) {
    for (; at < n && src[at] != '"'; at++) {
        if (src[at] == '\\') {
            *traits |= FF_ESCAPED;
            if (n - at >= 2 && (src[at + 1] == '"' || src[at + 1] == '\\')) {
                at++;
            }
        } else if (src[at] == '%') {
            *traits |= FF_PERCENT;
        }
    }
    return at;
}

/* Return the end of a token from `at` on, and in *traits `trait` if it has the byte `mark`. */
static inline size_t token_end(const uint8_t *src, size_t n, size_t at, uint8_t mark,
                               uint32_t trait, uint32_t *traits) {
    for (; at < n && ff_is_token[src[at]]; at++) {
        *traits |= src[at] == mark ? trait : 0;
    }
    return at;
}

/* Return where the next option may start: behind the next semicolon and blanks; n for none. */
static inline size_t next_option(const uint8_t *src, size_t n, size_t at) {
    while (at < n && src[at] != ';') {
        at++;
    }
    return at < n ? skip_blanks(src, n, at + 1) : n;
}

int ff_option_next(const uint8_t *src, size_t n, size_t *at, ff_option *option) {
    size_t start = *at;
    while (start < n) {
        uint32_t traits = 0;
        size_t end = token_end(src, n, start, '*', FF_MARKED, &traits);
        if (end == start || end == n || src[end] != '=') {
            start = next_option(src, n, start);
            continue;
        }
        option->name = start;
        option->name_size = end - start;
        size_t value = end + 1;
        if (value < n && src[value] == '"') {
            value++;
            traits |= FF_QUOTED;
            end = closing_quote(src, n, value, &traits);
            if (end >= n) {
                break;
            }
            start = next_option(src, n, end + 1);
        } else {
            end = token_end(src, n, value, '%', FF_PERCENT, &traits);
            start = next_option(src, n, end);
            if (end == value) {
                continue;
            }
        }
        option->value = value;
        option->value_size = end - value;
        option->traits = traits;
        *at = start;
        return 1;
    }
    *at = n;
    return 0;
}

int ff_directive_of(const uint8_t *src, size_t start, size_t size, ff_option *directive) {
    const uint8_t *equals = size ? memchr(src + start, '=', size) : NULL;
    ff_item name = {start, size, 0}, value = {start, 0, 0};
    if (equals != NULL) {
        name.size = (size_t)(equals - src) - start;
        value.start = start + name.size + 1;
        value.size = size - name.size - 1;
        trim(src, &value);
        int escaped = value.size != 0 && memchr(src + value.start, '\\', value.size) != NULL;
        take_quotes(src, &value, escaped ? FF_ESCAPED : 0);
    }
    trim(src, &name);
    uint32_t marked = name.size != 0 && src[name.start + name.size - 1] == '*' ? FF_MARKED : 0;
    uint32_t bare = equals == NULL ? FF_BARE : 0;
    *directive =
        (ff_option){name.start, name.size, value.start, value.size, value.traits | marked | bare};
    return name.size != 0;
}

size_t ff_unquote(uint8_t *dst, const uint8_t *src, size_t n) {
    size_t written = 0;
    for (size_t i = 0; i < n; i++) {
        if (src[i] == '\\' && n - i >= 2 && src[i + 1] != '\n') {
            i++;
        }
        dst[written++] = src[i];
    }
    return written;
}

size_t ff_quote_marks(uint8_t *text, size_t n) {
    size_t written = 0;
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = text[i];
        if (byte == '%' && n - i >= 3 && text[i + 1] == '2' && text[i + 2] == '2') {
            byte = '"';
            i += 2;
        }
        text[written++] = byte;
    }
    return written;
}

size_t ff_quoted_growth(const uint8_t *src, size_t n, int tokens) {
    size_t growth = 2;
    int token = tokens && n != 0;
    for (size_t i = 0; i < n; i++) {
        token &= ff_is_token[src[i]];
        growth += src[i] == '"' || src[i] == '\\';
    }
    return token ? 0 : growth;
}

void ff_quote(uint8_t *dst, const uint8_t *src, size_t n) {
    *dst++ = '"';
    for (size_t i = 0; i < n; i++) {
        if (src[i] == '"' || src[i] == '\\') {
            *dst++ = '\\';
        }
        *dst++ = src[i];
    }
    *dst = '"';
}

void ff_lower(uint8_t *dst, const uint8_t *src, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = src[i];
        dst[i] = byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
    }
}
