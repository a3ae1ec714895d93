/* libFuzzer: any bytes as a date, and as a moment. */
#include "date_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (date_src.start == NULL) {
        date_src = guarded_new(64);
    }
    if (size >= sizeof(int64_t)) {
        int64_t seconds;
        memcpy(&seconds, data, sizeof seconds);
        check_moment(seconds);
        check_moment(seconds % 300000000000LL);
    }
    check_date(data, size < 64 ? size : 64);
    return 0;
}
