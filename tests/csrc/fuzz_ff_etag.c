/* libFuzzer: any bytes as a list of entity tags. */
#include "etag_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (etag_src.start == NULL) {
        etag_src = guarded_new(LONGEST_ETAGS);
    }
    check_etags(data, size < LONGEST_ETAGS ? size : LONGEST_ETAGS);
    return 0;
}
