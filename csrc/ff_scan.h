/* ff_scan - look at sixteen bytes at once: which equal a byte, which are not ASCII, which controls.
 *
 * FF_SCAN is how many bytes a block has. ff_block_load() reads exactly src[0] to
 * src[FF_SCAN - 1]; the masks have bit i set for src[i]. Where the machine has no vectors the
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
