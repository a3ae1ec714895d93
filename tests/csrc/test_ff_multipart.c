/* ff_multipart against the oracle: every distance, every cut, made-up bodies. */
#include "multipart_check.h"

static multipart_bench bench;
static uint8_t text[LONGEST_BODY];

static const char *const boundaries[] = {"b", "bb", "--", "b-", "", "b b", "boundary-of-25-characters"};
enum { BOUNDARIES = sizeof boundaries / sizeof boundaries[0] };

static void check_body(const uint8_t *body, size_t n) {
    for (size_t i = 0; i < BOUNDARIES; i++) {
        check_multipart(&bench, body, n, (const uint8_t *)boundaries[i], strlen(boundaries[i]));
    }
}

static void check_all(size_t n) {
    check_body(text, n);
}

/* A line at every distance from either end, in front of and behind all that it can meet. */
static void every_distance(void) {
    static const char fillers[] = "x\r\n- b\t";
    static const char *const lines[] = {"\r\n--b--", "\n--b\r\n", "\r--b \t\n", "\r\n--bb--", "\r\n\r\n"};
    for (size_t size = 0; size <= 40; size++) {
        for (size_t filler = 0; filler < sizeof fillers - 1; filler++) {
            for (size_t line = 0; line < sizeof lines / sizeof lines[0]; line++) {
                size_t length = strlen(lines[line]);
                memset(text, fillers[filler], size);
                memcpy(text + size, lines[line], length);
                for (size_t cut = 1; cut <= length; cut++) {
                    check_all(size + cut);
                }
                memset(text + size + length, fillers[filler], size);
                check_all(size + length + size);
            }
        }
    }
}

/* A line at every place of the strides that the search takes, and where they end. */
static void every_place_in_a_stride(void) {
    static const char fillers[] = "x-\n";
    static const char line[] = "\r\n--b--";
    for (size_t filler = 0; filler < sizeof fillers - 1; filler++) {
        for (size_t size = 0; size <= 150; size++) {
            for (size_t behind = 0; behind <= 150; behind += 1 + size % 7) {
                memset(text, fillers[filler], size + sizeof line + behind);
                memcpy(text + size, line, sizeof line - 1);
                size_t n = size + sizeof line - 1 + behind;
                check_multipart(&bench, text, n, (const uint8_t *)"b", 1);
            }
        }
    }
}

static void every_cut_of_a_body(void) {
    static const char body[] =
        "A: b\r\nC:\r\n d \r\n\r\nfirst\r\n--b \t\r\n\r\n\r\n\r\n--b\n: \n\n\nx\n--bb\n--b-\r--b\rD\r\r--b--";
    memcpy(text, body, sizeof body - 1);
    for (size_t n = 0; n < sizeof body; n++) {
        check_all(n);
    }
}

static void made_up_bodies(void) {
    static const char *const pieces[] = {"\r", "\n", "\r\n", "-", "--", "b", "--b", "\r\n--b", "\n--b--",
                                         " ", "\t", "\v", "x", ":", "\r\n\r\n", "A: b", "xxxxxxxxxxxxxxxxx"};
    mixed_pieces(pieces, sizeof pieces / sizeof pieces[0], 6000, 24, check_body);
}

static void long_bodies(void) {
    static const char units[] = "\r\n- x:";
    for (size_t unit = 0; units[unit] != '\0'; unit++) {
        memset(text, units[unit], LONGEST_BODY);
        check_all(LONGEST_BODY);
    }
}

int main(void) {
    multipart_bench_open(&bench);
    every_distance();
    every_place_in_a_stride();
    every_cut_of_a_body();
    made_up_bodies();
    long_bodies();
    puts("ff_multipart: ok");
    return 0;
}
