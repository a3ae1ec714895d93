/* ff_header between guard pages: all short texts, mixed ones, every place of a line end. */
#include "header_check.h"

static void every_place(void) {
    static const char breaks[] = {'\r', '\n', '\0', '\v'};
    uint8_t text[70];
    for (size_t n = 1; n <= sizeof text; n++) {
        memset(text, 'a', n);
        for (size_t i = 0; i < n; i++) {
            for (size_t kind = 0; kind < sizeof breaks; kind++) {
                text[i] = (uint8_t)breaks[kind];
                check_faults(text, n);
            }
            text[i] = 'a';
        }
    }
}

int main(void) {
    header_src = guarded_new((size_t)4 * LONGEST_FIELD);
    header_other = guarded_new((size_t)4 * LONGEST_FIELD);
    every_text("aA-_: \n@", 6, check_header);
    mixed_texts("abcXYZ-_:\r\n", 20000, 100, check_header);
    every_place();
    check_environ((const uint8_t *)"cONTENT-tYPE", 12);
    check_environ((const uint8_t *)"Content-Typo", 12);
    check_environ((const uint8_t *)"content_length", 14);
    REQUIRE(ff_header_value_ok(NULL, 0) == 1 && ff_header_name_ok(NULL, 0) == 0, "NULL");
    puts("ff_header: ok");
    return 0;
}
