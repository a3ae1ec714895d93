#include "ff_accept.h"

#include <string.h>

static inline int is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t';
}

static inline int is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

/* Read digits with or without a point and more digits; return 0 where anything else is there.
 * Up to 15 digits and their power of ten are exact, so that their quotient is what strtod says. */
static int read_quality(const uint8_t *src, size_t n, double *quality) {
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    uint64_t number = 0;
    size_t decimals = 0, point = n;
    if (n > 15 || n == 0) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        if (src[i] == '.' && point == n && i > 0 && i + 1 < n) {
            point = i;
            continue;
        }
        if (!is_digit(src[i])) {
            return 0;
        }
        number = number * 10 + (uint64_t)(src[i] - '0');
        decimals += point != n;
    }
    *quality = (double)number / powers[decimals];
    return 1;
}

int ff_accept_read(const uint8_t *src, size_t n, ff_accepted *accepted) {
    size_t end = 0;
    for (; end < n && src[end] != ';'; end++) {
        if (src[end] == '"') {
            return 0;
        }
    }
    size_t rest = end + 1;
    while (end > 0 && is_blank(src[end - 1])) {
        end--;
    }
    *accepted = (ff_accepted){0, end, -1.0};
    if (end == 0) {
        return 0;
    }
    if (rest >= n) {
        return 1;
    }
    while (rest < n && is_blank(src[rest])) {
        rest++;
    }
    if (n - rest < 3 || (src[rest] | 0x20) != 'q' || src[rest + 1] != '=') {
        return 0;
    }
    return read_quality(src + rest + 2, n - rest - 2, &accepted->quality);
}

/* Step over the part of a media range from *at on, to where the next one starts (n + 1 behind the
 * last), and tell whether it is an asterisk. Parts end at a slash, or at a semicolon with the
 * blanks around it. */
static int part_is_star(const uint8_t *src, size_t n, size_t *at) {
    size_t start = *at, end = start;
    while (end < n && src[end] != '/' && src[end] != ';') {
        end++;
    }
    size_t next = end + 1;
    if (end < n && src[end] == ';') {
        while (end > start && is_blank(src[end - 1])) {
            end--;
        }
        while (next < n && is_blank(src[next])) {
            next++;
        }
    }
    *at = next;
    return end - start == 1 && src[start] == '*';
}

uint64_t ff_accept_specificity(const uint8_t *src, size_t n, ff_accept_kind kind) {
    if (kind != FF_MEDIA) {
        return !(n == 1 && src[0] == '*');
    }
    /* Two bits for each part, from the top: none there, an asterisk, anything else. */
    uint64_t specificity = 0;
    uint32_t shift = 62;
    for (size_t at = 0; at <= n; shift -= 2) {
        if (shift == 2) {
            return FF_UNRANKED;
        }
        specificity |= (part_is_star(src, n, &at) ? 1ULL : 2ULL) << shift;
    }
    return specificity;
}

static inline int comes_before(const ff_rank *rank, const ff_rank *other) {
    if (rank->specificity != other->specificity) {
        return rank->specificity > other->specificity;
    }
    return rank->quality > other->quality;
}

/* Merge the sorted left and right of `from` into `to`; of equals, the left ones first. */
static void merge(ff_rank *to, const ff_rank *from, size_t middle, size_t n) {
    size_t left = 0, right = middle;
    for (size_t i = 0; i < n; i++) {
        int take_right =
            left == middle || (right < n && comes_before(&from[right], &from[left]));
        to[i] = take_right ? from[right++] : from[left++];
    }
}

void ff_accept_sort(ff_rank *ranks, ff_rank *scratch, size_t n) {
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t start = 0; start + width < n; start += 2 * width) {
            size_t size = n - start < 2 * width ? n - start : 2 * width;
            if (comes_before(&ranks[start + width], &ranks[start + width - 1])) {
                memcpy(scratch, ranks + start, size * sizeof *ranks);
                merge(ranks + start, scratch, width, size);
            }
        }
    }
}

static inline uint8_t lower(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

static int same_text(const uint8_t *left, const uint8_t *right, size_t n) {
    if (n == 0 || memcmp(left, right, n) == 0) {
        return 1;
    }
    for (size_t i = 0; i < n; i++) {
        if (lower(left[i]) != lower(right[i])) {
            return 0;
        }
    }
    return 1;
}

static inline uint8_t language_byte(uint8_t byte) {
    return byte == '_' ? '-' : lower(byte);
}

static int same_language(const uint8_t *left, const uint8_t *right, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (language_byte(left[i]) != language_byte(right[i])) {
            return 0;
        }
    }
    return 1;
}

/* Return where the only slash is; n for no slash, n + 1 for more, or for a parameter. */
static size_t only_slash(const uint8_t *src, size_t n) {
    const uint8_t *slash = n == 0 ? NULL : memchr(src, '/', n);
    if (n != 0 && memchr(src, ';', n) != NULL) {
        return n + 1;
    }
    if (slash == NULL) {
        return n;
    }
    size_t at = (size_t)(slash - src), behind = n - at - 1;
    return behind != 0 && memchr(slash + 1, '/', behind) != NULL ? n + 1 : at;
}

static inline int is_star(const uint8_t *src, size_t start, size_t end) {
    return end - start == 1 && src[start] == '*';
}

static inline int is_letter(uint8_t byte) {
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static int media_matches(const uint8_t *offer, size_t n, const uint8_t *wanted, size_t m) {
    if (m == 0 || memchr(wanted, '/', m) == NULL) {
        return 0;
    }
    /* Most pairs differ from the first letter on, whatever else they have. */
    if (n != 0 && is_letter(offer[0]) && is_letter(wanted[0]) &&
        ((offer[0] ^ wanted[0]) & 0xDF) != 0 && memchr(offer, '/', n) != NULL) {
        return 0;
    }
    size_t offered = only_slash(offer, n), slash = only_slash(wanted, m);
    if (offered >= n || slash > m) {
        return FF_ASK;
    }
    int any_offered = is_star(offer, offered + 1, n), any_wanted = is_star(wanted, slash + 1, m);
    if (is_star(offer, 0, offered)) {
        if (!any_offered) {
            return FF_ASK;
        }
        return is_star(wanted, 0, slash) ? any_wanted : 1;
    }
    if (is_star(wanted, 0, slash)) {
        return any_wanted;
    }
    if (offered != slash || !same_text(offer, wanted, slash)) {
        return 0;
    }
    return any_offered || any_wanted || (n == m && same_text(offer + slash, wanted + slash, n - slash));
}

int ff_accept_matches(const uint8_t *offer, size_t n, const uint8_t *wanted, size_t m,
                      ff_accept_kind kind) {
    if (kind == FF_MEDIA) {
        return media_matches(offer, n, wanted, m);
    }
    if (m == 1 && wanted[0] == '*') {
        return 1;
    }
    if (n != m) {
        return 0;
    }
    return kind == FF_LANGUAGE ? same_language(offer, wanted, n) : same_text(offer, wanted, n);
}
