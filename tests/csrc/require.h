/* A check that says where and with what it failed, and ends the program; and walks over all short
 * texts of an alphabet, and over random ones. */
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

enum { SEED = 88172645 };

/* The number after `state` in a random sequence, the same in every run (xorshift32). */
static inline uint32_t shuffled(uint32_t state) {
    state ^= state << 13;
    state ^= state >> 17;
    return state ^ state << 5;
}

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
    uint32_t state = SEED;
    size_t letters = strlen(alphabet);
    for (int round = 0; round < rounds; round++) {
        size_t n = (size_t)round % (longest + 1);
        for (size_t i = 0; i < n; i++) {
            state = shuffled(state);
            text[i] = state & 1 ? (uint8_t)alphabet[(state >> 8) % letters] : (uint8_t)(state >> 8);
        }
        check(text, n);
    }
}

/* Call check(text, n) with random concatenations of fewer than `most` of the `count` pieces, each
 * shorter than 32 bytes: the same ones in every run. */
static inline void mixed_pieces(const char *const *pieces, size_t count, size_t rounds, size_t most,
                                void (*check)(const uint8_t *text, size_t n)) {
    static uint8_t text[4096];
    uint32_t state = SEED;
    for (size_t round = 0; round < rounds; round++) {
        size_t n = 0;
        for (size_t left = round % most; left > 0; left--) {
            state = shuffled(state);
            const char *piece = pieces[state % count];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        check(text, n);
    }
}

static inline int within(size_t start, size_t size, size_t n) {
    return start <= n && size <= n - start;
}

#endif
