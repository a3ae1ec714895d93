/* ff_options between guard pages: all short values, mixed ones, and what a token is. */
#include "ff_token.h"
#include "options_check.h"

int main(void) {
    options_src = guarded_new(LONGEST_VALUE);
    options_dst = guarded_new(2 * LONGEST_VALUE + 2);
    every_text("a=;, \"\\*", 6, check_value);
    mixed_texts("aB=;, \t\"\\*%2", 20000, 200, check_value);
    for (unsigned byte = 0; byte < 256; byte++) {
        uint8_t text = (uint8_t)byte;
        REQUIRE(ff_is_token[byte] == all_tokens(&text, 1), "byte %u", byte);
    }
    size_t at = 0;
    ff_item item;
    ff_option option;
    REQUIRE(ff_list_next(NULL, 0, &at, &item) == 0, "NULL has items");
    REQUIRE(ff_options_main(NULL, 0, &item) == 0 && item.size == 0, "NULL has a main part");
    REQUIRE(ff_option_next(NULL, 0, &at, &option) == 0, "NULL has options");
    REQUIRE(ff_directive_of(NULL, 0, 0, &option) == 0, "NULL has a name");
    REQUIRE(ff_quoted_growth(NULL, 0, 1) == 2, "nothing has quotes");
    puts("ff_options: ok");
    return 0;
}
