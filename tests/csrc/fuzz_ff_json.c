/* libFuzzer: any bytes, against the oracle. */
#include "json_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guarded memory;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (memory.start == NULL) {
        memory = guarded_new(LONGEST_TEXT);
    }
    check_json(memory, data, size < LONGEST_TEXT ? size : LONGEST_TEXT);
    return 0;
}
