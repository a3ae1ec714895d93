#include "ff_header.h"

#include <string.h>

#include "ff_scan.h"
#include "ff_token.h"

static inline uint8_t lower(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

int ff_header_same(const uint8_t *name, const uint8_t *other, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (name[i] != other[i] && lower(name[i]) != lower(other[i])) {
            return 0;
        }
    }
    return 1;
}

size_t ff_header_environ(uint8_t *dst, const uint8_t *name, size_t n) {
    static const char prefix[] = "HTTP_";
    enum { PREFIX = sizeof prefix - 1 };
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = name[i];
        if (byte >= 'a' && byte <= 'z') {
            byte = (uint8_t)(byte & 0xDF);
        }
        dst[PREFIX + i] = byte == '-' ? '_' : byte;
    }
    if ((n == 12 && memcmp(dst + PREFIX, "CONTENT_TYPE", n) == 0) ||
        (n == 14 && memcmp(dst + PREFIX, "CONTENT_LENGTH", n) == 0)) {
        memmove(dst, dst + PREFIX, n);
        return n;
    }
    memcpy(dst, prefix, PREFIX);
    return PREFIX + n;
}

int ff_header_name_ok(const uint8_t *name, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!ff_is_token[name[i]]) {
            return 0;
        }
    }
    return n != 0;
}

int ff_header_value_ok(const uint8_t *value, size_t n) {
    size_t i = 0;
    for (; n - i >= FF_SCAN; i += FF_SCAN) {
        ff_block block = ff_block_load(value + i);
        if (ff_block_equal(block, '\r') | ff_block_equal(block, '\n') |
            ff_block_equal(block, '\0')) {
            return 0;
        }
    }
    for (; i < n; i++) {
        if (value[i] == '\r' || value[i] == '\n' || value[i] == '\0') {
            return 0;
        }
    }
    return 1;
}

int ff_header_value_ok2(const uint16_t *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (value[i] == '\r' || value[i] == '\n' || value[i] == '\0') {
            return 0;
        }
    }
    return 1;
}

int ff_header_value_ok4(const uint32_t *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (value[i] == '\r' || value[i] == '\n' || value[i] == '\0') {
            return 0;
        }
    }
    return 1;
}
