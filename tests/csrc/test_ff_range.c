/* ff_range between guard pages: all short headers, mixed ones, and the largest numbers. */
#include "range_check.h"

static int first_of(const char *text, ff_range *range) {
    size_t at = 0;
    int64_t last = 0;
    return ff_range_next((const uint8_t *)text, strlen(text), &at, &last, range);
}

int main(void) {
    static const char *const pieces[] = {"0",  "5",  "10",  "-",  ",",
                                         " ",  "\t", ", ",  "0-", "999999999999999999",
                                         "-7", "x",  "8-9", "1",  "\xd9\xa5"};
    range_src = guarded_new(LONGEST_RANGES);
    every_text("012-, x", 7, check_ranges);
    mixed_texts("0123456789--,, \t", 20000, 200, check_ranges);
    mixed_pieces(pieces, sizeof(pieces) / sizeof(pieces[0]), 200000, 12, check_ranges);
    ff_range range;
    REQUIRE(first_of("999999999999999998-999999999999999999", &range) == 1, "18 digits");
    REQUIRE(range.stop == 1000000000000000000, "18 digits");
    REQUIRE(first_of("0-1000000000000000000", &range) == FF_RANGE_LARGE, "19 digits");
    REQUIRE(first_of("-1000000000000000000", &range) == FF_RANGE_LARGE, "19 digits");
    size_t at = 0;
    int64_t last = 0;
    REQUIRE(ff_range_next(NULL, 0, &at, &last, &range) == FF_RANGE_WRONG, "NULL has ranges");
    puts("ff_range: ok");
    return 0;
}
