/* Hold what ff_accept says of items and offers, between guard pages, to simpler words for it. */
#ifndef ACCEPT_CHECK_H
#define ACCEPT_CHECK_H

#include <strings.h>

#include "ff_accept.h"
#include "require.h"

enum { LONGEST_ACCEPT = 4096 };

static guarded accept_src, accept_other;

static inline void check_read(const uint8_t *src, size_t n) {
    ff_accepted accepted;
    if (!ff_accept_read(src, n, &accepted)) {
        return;
    }
    REQUIRE(within(accepted.start, accepted.size, n) && accepted.size > 0, "n %zu", n);
    REQUIRE(memchr(src, '"', n) == NULL || memchr(src, ';', n) != NULL, "n %zu: a quote", n);
    if (accepted.quality >= 0) {
        const uint8_t *q = memchr(src, ';', n);
        char number[32] = "";
        REQUIRE(q != NULL, "n %zu: a quality of nothing", n);
        for (q++; *q == ' ' || *q == '\t'; q++) {
        }
        memcpy(number, q + 2, (size_t)(src + n - q - 2));
        REQUIRE(strtod(number, NULL) == accepted.quality, "%s: %g", number, accepted.quality);
    }
}

static inline void check_specificity(const uint8_t *src, size_t n) {
    size_t parts = 1;
    for (size_t i = 0; i < n; i++) {
        parts += src[i] == '/' || src[i] == ';';
    }
    uint64_t media = ff_accept_specificity(src, n, FF_MEDIA);
    REQUIRE((media == FF_UNRANKED) == (parts > 30), "n %zu: %zu parts", n, parts);
    if (parts <= 30) {
        uint64_t last = media >> (64 - 2 * parts) & 3, behind = media << (2 * parts - 1) << 1;
        REQUIRE((last == 1 || last == 2) && behind == 0, "n %zu: %zu parts", n, parts);
    }
    int star = n == 1 && src[0] == '*';
    REQUIRE(ff_accept_specificity(src, n, FF_PLAIN) == (star ? 0 : 1), "n %zu", n);
}

/* Any two texts, from the two halves of one. */
static inline void check_matches(const uint8_t *text, size_t n) {
    size_t half = n / 2;
    uint8_t *offer = guarded_tail(accept_src, half);
    uint8_t *wanted = guarded_tail(accept_other, n - half);
    memcpy(offer, text, half);
    memcpy(wanted, text + half, n - half);
    for (size_t i = 0; i < n; i++) {
        if (text[i] >= 0x80) {
            return;
        }
    }
    int plain = ff_accept_matches(offer, half, wanted, n - half, FF_PLAIN);
    int language = ff_accept_matches(offer, half, wanted, n - half, FF_LANGUAGE);
    int media = ff_accept_matches(offer, half, wanted, n - half, FF_MEDIA);
    int star = n - half == 1 && wanted[0] == '*';
    int same = half == n - half &&
               strncasecmp((const char *)offer, (const char *)wanted, half) == 0 &&
               memchr(text, 0, n) == NULL;
    REQUIRE(memchr(text, 0, n) != NULL || plain == (star || same), "n %zu: %d", n, plain);
    REQUIRE(language == 0 || language == 1, "n %zu: %d", n, language);
    REQUIRE(language >= plain, "n %zu: %d, %d", n, language, plain);
    REQUIRE(media >= FF_ASK && media <= 1, "n %zu: %d", n, media);
    REQUIRE(media == 0 || memchr(wanted, '/', n - half) != NULL, "n %zu: no media range", n);
}

static inline void check_sort(const uint8_t *text, size_t n) {
    static ff_rank ranks[LONGEST_ACCEPT], scratch[LONGEST_ACCEPT];
    for (size_t i = 0; i < n; i++) {
        ranks[i] = (ff_rank){text[i] & 3U, (double)(text[i] >> 2 & 3), i};
    }
    ff_accept_sort(ranks, scratch, n);
    for (size_t i = 1; i < n; i++) {
        const ff_rank *a = &ranks[i - 1], *b = &ranks[i];
        int equal = a->specificity == b->specificity && a->quality == b->quality;
        REQUIRE(a->specificity > b->specificity ||
                    (a->specificity == b->specificity && a->quality > b->quality) ||
                    (equal && a->index < b->index),
                "n %zu: out of order at %zu", n, i);
    }
}

static inline void check_accept(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(accept_src, n);
    memcpy(src, text, n);
    check_read(src, n);
    check_specificity(src, n);
    check_matches(text, n);
    check_sort(text, n);
}

#endif
