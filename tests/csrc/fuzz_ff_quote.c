/* libFuzzer: what is written is as long as foretold, and clean but for its percent signs. */
#include <stdlib.h>

#include "ff_quote.h"
#include "guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guarded src, dst;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { LONGEST = 1 << 16 };
    static const uint32_t safe[4] = {0, 0x8ffff792, 0x87ffffff, 0x47fffffe};
    if (src.start == NULL) {
        src = guarded_new(LONGEST);
        dst = guarded_new(3 * LONGEST);
    }
    size_t n = size < LONGEST ? size : LONGEST;
    uint8_t *from = guarded_tail(src, n);
    for (size_t i = 0; i < n; i++) {
        from[i] = data[i];
    }
    size_t length = n + (size_t)ff_quote_growth(from, n, safe, '+');
    uint8_t *to = guarded_tail(dst, length);
    if (ff_quote_write(to, from, n, safe, '+') != to + length) {
        abort();
    }
    for (size_t i = 0; i < length; i++) {
        if (to[i] != '%' && to[i] != '+' && !ff_quote_is_clean(to + i, 1, safe)) {
            abort();
        }
    }
    return 0;
}
