/* ff_match against the oracle on drawn trees, at the end of readable memory. */
#include "match_check.h"

static match_bench bench;

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static void test_drawn_trees(void) {
    uint32_t state = 1;
    uint8_t data[700];
    for (int round = 0; round < 20000; round++) {
        size_t size = next_random(&state) % sizeof data;
        for (size_t i = 0; i < size; i++) {
            data[i] = (uint8_t)next_random(&state);
        }
        match_check(&bench, data, size);
        match_check_words(&bench, data, size);
    }
    /* The trees lead to every kind of end. */
    for (int status = FF_MATCH_NOTHING; status <= FF_MATCH_SLASH; status++) {
        EXPECT(status == FF_MATCH_ASK || bench.ends[status] > 500);
    }
    EXPECT(bench.captured > 500 && bench.asked > 500 && bench.walked_words > 500);
}

static void test_integers(void) {
    static const struct {
        const char *text;
        bool is_one;
        int64_t value;
    } cases[] = {{"0", true, 0},
                 {"007", true, 7},
                 {"-12", true, -12},
                 {"", false, 0},
                 {"-", false, 0},
                 {"--1", false, 0},
                 {"+1", false, 0},
                 {"1_0", false, 0},
                 {"1\xc3\xa9", false, 0},
                 {"999999999999999999", true, 999999999999999999},
                 {"-999999999999999999", true, -999999999999999999},
                 {"1000000000000000000", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        size_t n = strlen(cases[i].text);
        uint8_t *text = guarded_tail(bench.path, n);
        memcpy(text, cases[i].text, n);
        EXPECT(ff_match_integer(text, n, &value) == cases[i].is_one);
        EXPECT(!cases[i].is_one || value == cases[i].value);
    }
}

static void test_uuids(void) {
    static const char right[] = "5d7b2F1e-0d5c-4A53-9d26-1f2f3d4e5f60";
    memset(bench.nodes, 0, sizeof bench.nodes);
    bench.count = 2;
    bench.nodes[0].slash = bench.nodes[1].slash = FF_MATCH_NONE;
    bench.nodes[0].edge_count = 1;
    bench.nodes[0].edges[0] = (drawn_edge){.kind = FF_MATCH_UUID, .target = 1};
    bench.nodes[1].rule_count = 1;
    bench.nodes[1].rule_flags[0] = FF_MATCH_ANY_METHOD;
    lay_out(&bench);
    EXPECT(ff_match_fill(bench.words, bench.size) == 0);
    for (size_t i = 0; i <= sizeof right; i++) {
        for (int byte = 0; byte < 256; byte++) {
            size_t n = sizeof right - 1;
            uint8_t text[sizeof right];
            memcpy(text, right, n);
            bool fits = true;
            if (i == n) {
                n--; /* too short */
                fits = false;
            } else if (i < n) {
                bool dash = right[i] == '-';
                bool digit = strchr("0123456789abcdefABCDEF", byte) != NULL && byte != 0;
                text[i] = (uint8_t)byte;
                fits = dash ? byte == '-' : digit;
            }
            uint8_t *copy = guarded_tail(bench.path, n);
            memcpy(copy, text, n);
            ff_match_walk walk = {.table = bench.words,
                                  .path = copy,
                                  .n = n,
                                  .frames = bench.frames,
                                  .captures = bench.captures};
            EXPECT(ff_match_domain_path(&walk) == (fits ? FF_MATCH_FOUND : FF_MATCH_NOTHING));
        }
    }
}

/* Every number of a header, changed, is refused; and so is every length but the right one. */
static void test_headers(void) {
    uint32_t state = 7;
    uint8_t data[300];
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)next_random(&state);
    }
    source from = {data, sizeof data};
    draw_tree(&from, &bench);
    lay_out(&bench);
    EXPECT(ff_match_fill(bench.words, bench.size) == 0);
    EXPECT(!ff_match_check(NULL, 0));
    for (size_t words = 0; words < bench.size; words++) {
        EXPECT(!ff_match_check(bench.words, words));
    }
    for (int i = 0; i < FF_MATCH_H_FRAMES; i++) {
        uint32_t right = bench.words[i];
        bench.words[i] = UINT32_MAX;
        EXPECT(!ff_match_check(bench.words, bench.size));
        EXPECT(ff_match_fill(bench.words, bench.size) != 0);
        bench.words[i] = right;
    }
    EXPECT(ff_match_fill(bench.words, bench.size) == 0);
}

static void fault_overread(void) {
    /* A walk over one byte more than there is. */
    uint8_t *path = guarded_tail(bench.path, 40);
    memset(path, 'a', 40);
    (void)ff_match_has_slashes(path, 41);
}

int main(int count, char **arguments) {
    match_bench_open(&bench);
    if (count > 1 && strcmp(arguments[1], "--overread") == 0) {
        fault_overread();
        return 0;
    }
    test_integers();
    test_uuids();
    test_headers();
    test_drawn_trees();
    puts("ff_match: ok");
    return 0;
}
