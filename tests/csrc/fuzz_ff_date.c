/* libFuzzer: any bytes as a date. */
#include "date_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (date_src.start == NULL) {
        date_src = guarded_new(64);
    }
    check_date(data, size < 64 ? size : 64);
    return 0;
}
