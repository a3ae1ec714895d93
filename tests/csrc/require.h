/* A check that says where and with what it failed, and ends the program; and walks over all short
 * texts of an alphabet. */
#ifndef REQUIRE_H
#define REQUIRE_H

#include <string.h>

#include "guard.h"

#define REQUIRE(condition, ...)                                                                    \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);                        \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* Call check(text, n) with every text of up to `longest` of the bytes in `alphabet`. */
static inline void every_text(const char *alphabet, size_t longest,
                              void (*check)(const uint8_t *text, size_t n)) {
    uint8_t text[16];
    size_t letters = strlen(alphabet);
    for (size_t n = 0; n <= longest; n++) {
        size_t count = 1;
        for (size_t i = 0; i < n; i++) {
            count *= letters;
        }
        for (size_t number = 0; number < count; number++) {
            size_t rest = number;
            for (size_t i = 0; i < n; i++) {
                text[i] = (uint8_t)alphabet[rest % letters];
                rest /= letters;
            }
            check(text, n);
        }
    }
}

/* Call check(text, n) with random texts, half of their bytes from `alphabet`: the same ones in
 * every run. */
static inline void mixed_texts(const char *alphabet, int rounds, size_t longest,
                               void (*check)(const uint8_t *text, size_t n)) {
    static uint8_t text[4096];
    uint32_t state = 2463534242U; /* xorshift32 */
    size_t letters = strlen(alphabet);
    for (int round = 0; round < rounds; round++) {
        size_t n = (size_t)round % (longest + 1);
        for (size_t i = 0; i < n; i++) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            text[i] = state & 1 ? (uint8_t)alphabet[(state >> 8) % letters] : (uint8_t)(state >> 8);
        }
        check(text, n);
    }
}

static inline int within(size_t start, size_t size, size_t n) {
    return start <= n && size <= n - start;
}

#endif
