/* Blocks of ff_escape: how much 16 or 32 bytes of text grow, and copying those that do not.
 *
 * For each width W of 1, 2 and 4 bytes, where FF_ESCAPE_BLOCKS is 1:
 *   ff_block_growth<W>(src)     how many units longer 16 bytes at src become
 *   ff_block_copy(dst, src)     copy 16 bytes
 * and where FF_ESCAPE_MASKS is 1:
 *   ff_block_mask<W>(src)       a bit for each byte at src, set in units that are special
 * and where FF_ESCAPE_WIDE is 1, for a machine of which ff_has_wide() says that it can:
 *   ff_wide_growth<W>(src, n)   how many units longer n blocks of 32 bytes become
 *
 * Three comparisons find five characters: & and ' differ in the lowest bit, < and > in
 * the second lowest. Nothing here is aligned, and nothing but the blocks is read. */
#ifndef FF_ESCAPE_SIMD_H
#define FF_ESCAPE_SIMD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Tests build the narrower versions too, by defining FF_ESCAPE_SCALAR or FF_ESCAPE_NARROW. */
#if defined(FF_ESCAPE_SCALAR)
#define FF_ESCAPE_BLOCKS 0

#elif defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#define FF_ESCAPE_BLOCKS 1
#if defined(__GNUC__)
#define FF_ESCAPE_MASKS 1

/* The place of the lowest bit that is set; there is one. */
static inline uint32_t ff_lowest(uint32_t mask) {
    return (uint32_t)__builtin_ctz(mask);
}
#endif

static inline void ff_block_copy(void *dst, const void *src) {
    _mm_storeu_si128((__m128i *)dst, _mm_loadu_si128((const __m128i *)src));
}

/* Add the 64 bit halves of what _mm_sad_epu8 made of bytes. */
static inline uint32_t ff_block_sum(__m128i bytes) {
    __m128i sums = _mm_sad_epu8(bytes, _mm_setzero_si128());
    return (uint32_t)_mm_cvtsi128_si32(sums) + (uint32_t)_mm_extract_epi16(sums, 4);
}

/* Of each unit its growth, in its lowest byte: SET1 and EQ are those of the width. */
#define FF_BLOCK_GROWTH(W, SET1, EQ)                                                               \
    static inline uint32_t ff_block_growth##W(const void *src) {                                   \
        __m128i text = _mm_loadu_si128((const __m128i *)src);                                      \
        __m128i four = _mm_or_si128(EQ(_mm_or_si128(text, SET1(1)), SET1('\'')),                   \
                                    EQ(text, SET1('"')));                                          \
        __m128i three = EQ(_mm_or_si128(text, SET1(2)), SET1('>'));                                \
        __m128i found = _mm_or_si128(four, three);                                                 \
        if (_mm_movemask_epi8(found) == 0) {                                                       \
            return 0;                                                                              \
        }                                                                                          \
        return ff_block_sum(_mm_or_si128(_mm_and_si128(four, SET1(4)),                             \
                                         _mm_and_si128(three, SET1(3))));                          \
    }

#define FF_BLOCK_MASK(W, SET1, EQ)                                                                 \
    static inline uint32_t ff_block_mask##W(const void *src) {                                     \
        __m128i text = _mm_loadu_si128((const __m128i *)src);                                      \
        __m128i four = _mm_or_si128(EQ(_mm_or_si128(text, SET1(1)), SET1('\'')),                   \
                                    EQ(text, SET1('"')));                                          \
        __m128i three = EQ(_mm_or_si128(text, SET1(2)), SET1('>'));                                \
        return (uint32_t)_mm_movemask_epi8(_mm_or_si128(four, three));                             \
    }

FF_BLOCK_GROWTH(1, _mm_set1_epi8, _mm_cmpeq_epi8)
FF_BLOCK_GROWTH(2, _mm_set1_epi16, _mm_cmpeq_epi16)
FF_BLOCK_GROWTH(4, _mm_set1_epi32, _mm_cmpeq_epi32)

#if FF_ESCAPE_MASKS
FF_BLOCK_MASK(1, _mm_set1_epi8, _mm_cmpeq_epi8)
FF_BLOCK_MASK(2, _mm_set1_epi16, _mm_cmpeq_epi16)
FF_BLOCK_MASK(4, _mm_set1_epi32, _mm_cmpeq_epi32)
#endif

#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#define FF_ESCAPE_BLOCKS 1

static inline void ff_block_copy(void *dst, const void *src) {
    vst1q_u8((uint8_t *)dst, vld1q_u8((const uint8_t *)src));
}

#define FF_BLOCK_GROWTH(W, TYPE, UNIT, LOAD, DUP, EQ, OR, AND, SUM)                                \
    static inline uint32_t ff_block_growth##W(const void *src) {                                   \
        TYPE text = LOAD((const UNIT *)src);                                                       \
        TYPE four = OR(EQ(OR(text, DUP(1)), DUP('\'')), EQ(text, DUP('"')));                       \
        TYPE three = EQ(OR(text, DUP(2)), DUP('>'));                                               \
        return (uint32_t)SUM(OR(AND(four, DUP(4)), AND(three, DUP(3))));                           \
    }

FF_BLOCK_GROWTH(1, uint8x16_t, uint8_t, vld1q_u8, vdupq_n_u8, vceqq_u8, vorrq_u8, vandq_u8,
                vaddvq_u8)
FF_BLOCK_GROWTH(2, uint16x8_t, uint16_t, vld1q_u16, vdupq_n_u16, vceqq_u16, vorrq_u16, vandq_u16,
                vaddvq_u16)
FF_BLOCK_GROWTH(4, uint32x4_t, uint32_t, vld1q_u32, vdupq_n_u32, vceqq_u32, vorrq_u32, vandq_u32,
                vaddvq_u32)

#else
#define FF_ESCAPE_BLOCKS 0
#endif

#ifndef FF_ESCAPE_MASKS
#define FF_ESCAPE_MASKS 0
#endif

#if FF_ESCAPE_BLOCKS && defined(__x86_64__) && defined(__GNUC__) && !defined(FF_ESCAPE_NARROW)
#include <immintrin.h>
#define FF_ESCAPE_WIDE 1
#define FF_WIDE __attribute__((target("avx2")))

static inline int ff_has_wide(void) {
    return __builtin_cpu_supports("avx2");
}

#define FF_WIDE_GROWTH(W, SET1, EQ)                                                                \
    FF_WIDE static uint64_t ff_wide_growth##W(const void *src, size_t blocks) {                    \
        const __m256i *at = (const __m256i *)src;                                                  \
        const __m256i zero = _mm256_setzero_si256();                                               \
        __m256i sums = zero;                                                                       \
        for (size_t i = 0; i < blocks; i++) {                                                      \
            __m256i text = _mm256_loadu_si256(at + i);                                             \
            __m256i four = _mm256_or_si256(EQ(_mm256_or_si256(text, SET1(1)), SET1('\'')),         \
                                           EQ(text, SET1('"')));                                   \
            __m256i three = EQ(_mm256_or_si256(text, SET1(2)), SET1('>'));                         \
            __m256i growth = _mm256_or_si256(_mm256_and_si256(four, SET1(4)),                      \
                                             _mm256_and_si256(three, SET1(3)));                    \
            sums = _mm256_add_epi64(sums, _mm256_sad_epu8(growth, zero));                          \
        }                                                                                          \
        uint64_t parts[4];                                                                         \
        _mm256_storeu_si256((__m256i *)parts, sums);                                               \
        return parts[0] + parts[1] + parts[2] + parts[3];                                          \
    }

FF_WIDE_GROWTH(1, _mm256_set1_epi8, _mm256_cmpeq_epi8)
FF_WIDE_GROWTH(2, _mm256_set1_epi16, _mm256_cmpeq_epi16)
FF_WIDE_GROWTH(4, _mm256_set1_epi32, _mm256_cmpeq_epi32)

#else
#define FF_ESCAPE_WIDE 0
#endif

#endif
