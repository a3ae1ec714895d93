#include "ff_quote.h"

static inline bool stays(uint8_t byte, const uint32_t safe[4]) {
    return byte < 128 && (safe[byte >> 5] >> (byte & 31) & 1);
}

bool ff_quote_is_clean(const uint8_t *src, size_t n, const uint32_t safe[4]) {
    for (size_t i = 0; i < n; i++) {
        if (!stays(src[i], safe)) {
            return false;
        }
    }
    return true;
}

uint64_t ff_quote_growth(const uint8_t *src, size_t n, const uint32_t safe[4], uint8_t space) {
    uint64_t growth = 0;
    for (size_t i = 0; i < n; i++) {
        if (!stays(src[i], safe) && (space == 0 || src[i] != ' ')) {
            growth += 2;
        }
    }
    return growth;
}

uint8_t *ff_quote_write(uint8_t *dst, const uint8_t *src, size_t n, const uint32_t safe[4],
                        uint8_t space) {
    static const char digits[16] = {'0', '1', '2', '3', '4', '5', '6', '7',
                                    '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};
    for (size_t i = 0; i < n; i++) {
        if (stays(src[i], safe)) {
            *dst++ = src[i];
        } else if (space != 0 && src[i] == ' ') {
            *dst++ = space;
        } else {
            *dst++ = '%';
            *dst++ = (uint8_t)digits[src[i] >> 4];
            *dst++ = (uint8_t)digits[src[i] & 15];
        }
    }
    return dst;
}
