/* libFuzzer: any bytes as names and values of header fields. */
#include "header_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (header_src.start == NULL) {
        header_src = guarded_new((size_t)4 * LONGEST_FIELD);
        header_other = guarded_new((size_t)4 * LONGEST_FIELD);
    }
    check_header(data, size < LONGEST_FIELD ? size : LONGEST_FIELD);
    return 0;
}
