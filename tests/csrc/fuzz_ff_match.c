/* libFuzzer: trees and paths from any bytes, against the oracle; tables with wrong numbers. */
#include "match_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static match_bench bench;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (bench.table.start == NULL) {
        match_bench_open(&bench);
    }
    match_check(&bench, data, size);
    match_check_words(&bench, data, size);
    return 0;
}
