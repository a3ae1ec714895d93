/* libFuzzer: any bytes as ranges. */
#include "range_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (range_src.start == NULL) {
        range_src = guarded_new(LONGEST_RANGES);
    }
    check_ranges(data, size < LONGEST_RANGES ? size : LONGEST_RANGES);
    return 0;
}
