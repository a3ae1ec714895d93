/* libFuzzer: any bytes as an item, as an offer and what is wanted, and as ranks. */
#include "accept_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (accept_src.start == NULL) {
        accept_src = guarded_new(LONGEST_ACCEPT);
        accept_other = guarded_new(LONGEST_ACCEPT);
    }
    check_accept(data, size < LONGEST_ACCEPT ? size : LONGEST_ACCEPT);
    return 0;
}
