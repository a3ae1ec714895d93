/* libFuzzer: any bytes, as a query and as one value, against the oracle. */
#include "query_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static query_bench bench;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (bench.src.start == NULL) {
        query_bench_open(&bench);
    }
    check_query(&bench, data, size < LONGEST_QUERY ? size : LONGEST_QUERY);
    return 0;
}
