/* ff_scan - look at sixteen bytes at once: which equal a byte, which are not ASCII, which controls.
 *
 * FF_SCAN is how many bytes a block has. ff_block_load() reads exactly src[0] to
 * src[FF_SCAN - 1]; the masks have bit i set for src[i]. What looks for pairs, two equal bytes in
 * a row, reads one byte behind the block; a stride is four blocks. Where the machine has no vectors the
 * same functions count byte by byte, so that callers are written once. */
#ifndef FF_SCAN_H
#define FF_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { FF_SCAN = 16 };

#if defined(__SSE2__)

#include <emmintrin.h>

typedef __m128i ff_block;

static inline ff_block ff_block_load(const uint8_t *src) {
    return _mm_loadu_si128((const __m128i *)(const void *)src);
}

static inline uint32_t ff_block_equal(ff_block block, char byte) {
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(byte)));
}

static inline uint32_t ff_block_wide(ff_block block) {
    return (uint32_t)_mm_movemask_epi8(block);
}

static inline __m128i ff_pairs(const uint8_t *src, __m128i bytes) {
    return _mm_and_si128(_mm_cmpeq_epi8(ff_block_load(src), bytes),
                         _mm_cmpeq_epi8(ff_block_load(src + 1), bytes));
}

static inline uint32_t ff_block_pairs(const uint8_t *src, char byte) {
    return (uint32_t)_mm_movemask_epi8(ff_pairs(src, _mm_set1_epi8(byte)));
}

static inline int ff_stride_has_pair(const uint8_t *src, char byte) {
    __m128i bytes = _mm_set1_epi8(byte);
    __m128i all = _mm_or_si128(
        _mm_or_si128(ff_pairs(src, bytes), ff_pairs(src + FF_SCAN, bytes)),
        _mm_or_si128(ff_pairs(src + 2 * FF_SCAN, bytes), ff_pairs(src + 3 * FF_SCAN, bytes)));
    return _mm_movemask_epi8(all) != 0;
}

static inline uint32_t ff_block_control(ff_block block) {
    __m128i lower = _mm_min_epu8(block, _mm_set1_epi8(' ' - 1));
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(lower, block));
}

#else

typedef struct {
    uint8_t bytes[FF_SCAN];
} ff_block;

static inline ff_block ff_block_load(const uint8_t *src) {
    ff_block block;
    memcpy(block.bytes, src, FF_SCAN);
    return block;
}

static inline uint32_t ff_block_equal(ff_block block, char byte) {
    uint32_t mask = 0;
    for (uint32_t i = 0; i < FF_SCAN; i++) {
        mask |= (uint32_t)(block.bytes[i] == (uint8_t)byte) << i;
    }
    return mask;
}

static inline uint32_t ff_block_wide(ff_block block) {
    uint32_t mask = 0;
    for (uint32_t i = 0; i < FF_SCAN; i++) {
        mask |= (uint32_t)(block.bytes[i] >> 7) << i;
    }
    return mask;
}

static inline uint32_t ff_block_control(ff_block block) {
    uint32_t mask = 0;
    for (uint32_t i = 0; i < FF_SCAN; i++) {
        mask |= (uint32_t)(block.bytes[i] < ' ') << i;
    }
    return mask;
}

static inline uint32_t ff_block_pairs(const uint8_t *src, char byte) {
    return ff_block_equal(ff_block_load(src), byte) & ff_block_equal(ff_block_load(src + 1), byte);
}

static inline int ff_stride_has_pair(const uint8_t *src, char byte) {
    uint32_t mask = 0;
    for (size_t i = 0; i < 4 * FF_SCAN; i += FF_SCAN) {
        mask |= ff_block_pairs(src + i, byte);
    }
    return mask != 0;
}

#endif

/* The index of the lowest bit set; the mask must not be 0. */
static inline uint32_t ff_lowest(uint32_t mask) {
#if defined(__GNUC__)
    return (uint32_t)__builtin_ctz(mask);
#else
    uint32_t index = 0;
    while ((mask >> index & 1U) == 0) {
        index++;
    }
    return index;
#endif
}

#endif
