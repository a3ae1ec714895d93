/* libFuzzer: any bytes as a list and as a value with options. */
#include "options_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (options_src.start == NULL) {
        options_src = guarded_new(LONGEST_VALUE);
        options_dst = guarded_new(2 * LONGEST_VALUE + 2);
    }
    check_value(data, size < LONGEST_VALUE ? size : LONGEST_VALUE);
    return 0;
}
