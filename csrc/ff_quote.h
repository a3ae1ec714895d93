/* ff_quote - percent-encode text for a URL.
 *
 * ff_quote_is_clean() tells whether the output would be src itself. If it is not,
 * ff_quote_growth() tells how many bytes longer it is, and ff_quote_write() then fills exactly
 * n + growth bytes, all ASCII, and returns their end. Which bytes stay is told by `safe`: bit b % 32 of word b / 32,
 * for bytes below 128; those above never stay. `space` is what a space becomes, where it does
 * not stay; 0 for %20. The caller owns all buffers, which must not overlap. src[n] and beyond
 * are never read. One pass each, nothing fails. */
#ifndef FF_QUOTE_H
#define FF_QUOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool ff_quote_is_clean(const uint8_t *src, size_t n, const uint32_t safe[4]);
uint64_t ff_quote_growth(const uint8_t *src, size_t n, const uint32_t safe[4], uint8_t space);
uint8_t *ff_quote_write(uint8_t *dst, const uint8_t *src, size_t n, const uint32_t safe[4],
                        uint8_t space);

#endif
