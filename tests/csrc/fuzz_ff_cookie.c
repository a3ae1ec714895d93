/* libFuzzer: any bytes as a Cookie header. */
#include "cookie_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (cookie_src.start == NULL) {
        cookie_src = guarded_new(LONGEST_HEADER);
        cookie_dst = guarded_new(LONGEST_HEADER);
    }
    check_cookies(data, size < LONGEST_HEADER ? size : LONGEST_HEADER);
    return 0;
}
