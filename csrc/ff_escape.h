/* ff_escape - make text safe inside HTML.
 *
 * & < > " ' become &amp; &lt; &gt; &#34; &#39;, everything else stays. Text is n
 * code units of 1, 2 or 4 bytes, as CPython stores it; no unit is invalid.
 *
 * ff_escape_growth*() tells how many units longer the output is (0: reuse src;
 * never more than 4 * n). ff_escape_write*() then fills exactly n + growth units
 * and returns the end of what it wrote; within those, it may write a unit more than
 * once. One pass each, in blocks of 16 or 32 bytes where the machine can
 * (ff_escape_simd.h). The caller owns both buffers, which must not overlap; src may
 * be NULL when n is 0. src[n] and beyond are never read. Nothing fails, so there is
 * no status. */
#ifndef FF_ESCAPE_H
#define FF_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

/* 64 bits also where size_t has 32: a text that fits in memory can grow past it. */
uint64_t ff_escape_growth1(const uint8_t *src, size_t n);
uint64_t ff_escape_growth2(const uint16_t *src, size_t n);
uint64_t ff_escape_growth4(const uint32_t *src, size_t n);

uint8_t *ff_escape_write1(uint8_t *dst, const uint8_t *src, size_t n);
uint16_t *ff_escape_write2(uint16_t *dst, const uint16_t *src, size_t n);
uint32_t *ff_escape_write4(uint32_t *dst, const uint32_t *src, size_t n);

#endif
