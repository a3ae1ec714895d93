/* libFuzzer: any bytes, read as text of each width, against the oracle. */
#include "escape_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static escape_bench bench;
static uint32_t text[LONGEST_TEXT];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (bench.src.start == NULL) {
        escape_bench_open(&bench);
    }
    size_t n = size < LONGEST_TEXT ? size : LONGEST_TEXT;
    for (size_t i = 0; i < n; i++) {
        text[i] = data[i];
    }
    escape_check1(&bench, text, n);
    n /= 2;
    for (size_t i = 0; i < n; i++) {
        text[i] = (uint32_t)data[2 * i] << 8 | data[2 * i + 1];
    }
    escape_check2(&bench, text, n);
    n /= 2;
    for (size_t i = 0; i < n; i++) {
        text[i] = (uint32_t)data[4 * i] << 24 | (uint32_t)data[4 * i + 1] << 16 |
                  (uint32_t)data[4 * i + 2] << 8 | data[4 * i + 3];
    }
    escape_check4(&bench, text, n);
    return 0;
}
