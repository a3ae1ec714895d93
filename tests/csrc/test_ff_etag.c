/* ff_etag between guard pages: all short headers, and mixed ones. */
#include "etag_check.h"

static void check_one(const char *text, const char *tag, int weak) {
    size_t at = 0, n = strlen(text);
    ff_etag found;
    REQUIRE(ff_etag_next((const uint8_t *)text, n, &at, &found), "%s: nothing", text);
    REQUIRE(found.size == strlen(tag) && memcmp(text + found.start, tag, found.size) == 0, "%s",
            text);
    REQUIRE(found.weak == weak && at == n, "%s", text);
}

int main(void) {
    etag_src = guarded_new(LONGEST_ETAGS);
    every_text("aW/\", \t", 7, check_etags);
    mixed_texts("aWw/\", \t", 20000, 200, check_etags);
    check_one("\"a\"", "a", 0);
    check_one("W/\"a,b\" ", "a,b", 1);
    check_one("w/a", "a", 1);
    check_one(" W/ ", "W/", 0);
    check_one("W/\"\"", "", 1);
    check_one("\"a\"b, c", "c", 0);
    check_one("\"a,b", "b", 0);
    size_t at = 0;
    ff_etag tag;
    REQUIRE(ff_etag_next(NULL, 0, &at, &tag) == 0, "NULL has tags");
    puts("ff_etag: ok");
    return 0;
}
