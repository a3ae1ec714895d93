/* libFuzzer: a boundary, told by its length in the first byte, and a body, against the oracle. */
#include "multipart_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static multipart_bench bench;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (bench.src.start == NULL) {
        multipart_bench_open(&bench);
    }
    if (size == 0 || data[0] % 32 >= size) {
        return 0;
    }
    size_t m = data[0] % 32;
    const uint8_t *boundary = data + 1;
    for (size_t i = 0; i < m; i++) {
        if (boundary[i] == '\r' || boundary[i] == '\n') {
            return 0; /* what its contract rules out */
        }
    }
    size_t n = size - 1 - m;
    check_multipart(&bench, boundary + m, n < LONGEST_BODY ? n : LONGEST_BODY, boundary, m);
    return 0;
}
