#include "ff_query.h"

#include "ff_scan.h"

/* What a field is made of, as far as it has been read. */
typedef struct {
    size_t equals; /* where the first '=' is; end of input while none was seen */
    uint32_t coded;
} ff_seen;

/* Take a byte other than '&' into account. */
static inline void see(ff_seen *seen, uint8_t byte, size_t at, size_t n) {
    if (byte == '=') {
        if (seen->equals == n) {
            seen->equals = at;
        }
    } else if (byte == '%' || byte == '+' || byte >= 0x80) {
        seen->coded |= seen->equals == n ? FF_NAME_CODED : FF_VALUE_CODED;
    }
}

/* Take up to sixteen bytes, given by their masks, into account. */
static inline void see_block(ff_seen *seen, uint32_t equals, uint32_t coded, size_t at, size_t n) {
    if (seen->equals != n) {
        seen->coded |= coded != 0 ? FF_VALUE_CODED : 0U;
        return;
    }
    if (equals == 0) {
        seen->coded |= coded != 0 ? FF_NAME_CODED : 0U;
        return;
    }
    uint32_t first = ff_lowest(equals);
    uint32_t before = (1U << first) - 1U;
    seen->equals = at + first;
    seen->coded |= (coded & before) != 0 ? FF_NAME_CODED : 0U;
    seen->coded |= (coded & ~before) != 0 ? FF_VALUE_CODED : 0U;
}

/* Return where the field that starts at `at` ends. */
static size_t field_end(const uint8_t *src, size_t n, size_t at, ff_seen *seen) {
    for (; n - at >= FF_SCAN; at += FF_SCAN) {
        ff_block block = ff_block_load(src + at);
        uint32_t ends = ff_block_equal(block, '&');
        uint32_t equals = ff_block_equal(block, '=');
        uint32_t coded =
            ff_block_equal(block, '%') | ff_block_equal(block, '+') | ff_block_wide(block);
        if (ends != 0) {
            uint32_t end = ff_lowest(ends);
            uint32_t before = (1U << end) - 1U;
            see_block(seen, equals & before, coded & before, at, n);
            return at + end;
        }
        see_block(seen, equals, coded, at, n);
    }
    for (; at < n && src[at] != '&'; at++) {
        see(seen, src[at], at, n);
    }
    return at;
}

int ff_query_next(const uint8_t *src, size_t n, size_t *at, ff_field *field) {
    size_t start = *at;
    while (start < n && src[start] == '&') {
        start++;
    }
    if (start == n) {
        *at = n;
        return 0;
    }
    ff_seen seen = {n, 0};
    size_t end = field_end(src, n, start, &seen);
    size_t name_end = seen.equals < end ? seen.equals : end;
    size_t value = name_end < end ? name_end + 1 : end;
    *field = (ff_field){start, name_end - start, value, end - value, seen.coded};
    *at = end < n ? end + 1 : n;
    return 1;
}

/* The value of a hex digit, 16 for any other byte. */
static inline uint32_t hex_value(uint8_t byte) {
    if (byte >= '0' && byte <= '9') {
        return (uint32_t)byte - '0';
    }
    uint32_t letter = (uint32_t)byte | 0x20U;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10U : 16U;
}

/* Undo '+' and %XX, byte for byte; return the length, and in *wide the bits of all bytes. */
static size_t unquote(uint8_t *dst, const uint8_t *src, size_t n, uint8_t *wide) {
    size_t written = 0;
    for (size_t i = 0; i < n;) {
        uint8_t byte = src[i++];
        if (byte == '+') {
            byte = ' ';
        } else if (byte == '%' && n - i >= 2) {
            uint32_t high = hex_value(src[i]);
            uint32_t low = hex_value(src[i + 1]);
            if ((high | low) < 16U) {
                byte = (uint8_t)(high << 4 | low);
                i += 2;
            }
        }
        *wide |= byte;
        dst[written++] = byte;
    }
    return written;
}

static inline int continues(uint8_t byte, uint8_t low, uint8_t high) {
    return byte >= low && byte <= high;
}

/* How many bytes the UTF-8 sequence at src has; 0 where there is none. n is at least 1. */
static size_t sequence_size(const uint8_t *src, size_t n) {
    uint8_t lead = src[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return n >= 2 && continues(src[1], 0x80, 0xBF) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        uint8_t low = lead == 0xE0 ? 0xA0 : 0x80;
        uint8_t high = lead == 0xED ? 0x9F : 0xBF;
        return n >= 3 && continues(src[1], low, high) && continues(src[2], 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        uint8_t low = lead == 0xF0 ? 0x90 : 0x80;
        uint8_t high = lead == 0xF4 ? 0x8F : 0xBF;
        return n >= 4 && continues(src[1], low, high) && continues(src[2], 0x80, 0xBF) &&
                       continues(src[3], 0x80, 0xBF)
                   ? 4
                   : 0;
    }
    return 0;
}

const uint8_t *ff_query_decode(uint8_t *dst, const uint8_t *src, size_t n, size_t *size,
                               int *ascii) {
    static const char digits[] = "0123456789ABCDEF";
    uint8_t wide = 0;
    /* In the last third, so that what is written below never overtakes what is read: of every
     * byte come at most three. */
    uint8_t *bytes = n == 0 ? dst : dst + 2 * n;
    size_t left = unquote(bytes, src, n, &wide);
    *ascii = wide < 0x80;
    if (*ascii) {
        *size = left;
        return bytes;
    }
    size_t written = 0;
    while (left > 0) {
        size_t length = sequence_size(bytes, left);
        if (length == 0) {
            uint8_t byte = *bytes;
            dst[written++] = '%';
            dst[written++] = (uint8_t)digits[byte >> 4];
            dst[written++] = (uint8_t)digits[byte & 15];
            length = 1;
        } else {
            for (size_t i = 0; i < length; i++) {
                dst[written++] = bytes[i];
            }
        }
        bytes += length;
        left -= length;
    }
    *size = written;
    return dst;
}
