/* ff_accept between guard pages: all short texts, mixed ones, and known matches. */
#include "accept_check.h"

static void known_matches(void) {
    static const struct {
        const char *offer, *wanted;
        ff_accept_kind kind;
        int matches;
    } known[] = {
        {"gzip", "GZIP", FF_PLAIN, 1},
        {"gzip", "*", FF_PLAIN, 1},
        {"en-US", "en_us", FF_PLAIN, 0},
        {"en-US", "en_us", FF_LANGUAGE, 1},
        {"text/html", "text/HTML", FF_MEDIA, 1},
        {"text/html", "text/*", FF_MEDIA, 1},
        {"text/html", "*/*", FF_MEDIA, 1},
        {"text/*", "text/html", FF_MEDIA, 1},
        {"*/*", "text/html", FF_MEDIA, 1},
        {"*/*", "*/html", FF_MEDIA, 0},
        {"text/html", "*/html", FF_MEDIA, 0},
        {"text/html", "*", FF_MEDIA, 0},
        {"texts/html", "text/html", FF_MEDIA, 0},
        {"text/htm", "text/html", FF_MEDIA, 0},
        {"*/html", "text/html", FF_MEDIA, FF_ASK},
        {"html", "text/html", FF_MEDIA, FF_ASK},
        {"text/html;a=b", "text/html", FF_MEDIA, FF_ASK},
        {"text/html", "text/html;a=b", FF_MEDIA, FF_ASK},
        {"text/html", "text/html/x", FF_MEDIA, FF_ASK},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const char *offer = known[i].offer, *wanted = known[i].wanted;
        int matches = ff_accept_matches((const uint8_t *)offer, strlen(offer),
                                        (const uint8_t *)wanted, strlen(wanted), known[i].kind);
        REQUIRE(matches == known[i].matches, "%s, %s: %d", offer, wanted, matches);
    }
}

int main(void) {
    accept_src = guarded_new(LONGEST_ACCEPT);
    accept_other = guarded_new(LONGEST_ACCEPT);
    every_text("a/*; q=.", 6, check_accept);
    every_text("0.19q=;", 7, check_accept);
    mixed_texts("aB/*;; q=.01-_", 20000, 200, check_accept);
    mixed_texts("/;", 200, 4000, check_accept);
    known_matches();
    puts("ff_accept: ok");
    return 0;
}
