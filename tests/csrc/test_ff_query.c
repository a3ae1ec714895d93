/* ff_query against the oracle: every pair of bytes, every place in a block, mixed queries. */
#include "query_check.h"

static query_bench bench;
static uint8_t text[LONGEST_QUERY];

static void every_escape(void) {
    for (unsigned high = 0; high < 256; high++) {
        for (unsigned low = 0; low < 256; low++) {
            uint8_t escape[] = {'a', '%', (uint8_t)high, (uint8_t)low};
            check_query(&bench, escape, 4);
            check_query(&bench, escape, 3);
        }
    }
}

/* All pairs of bytes with what makes sequences of them, raw and as escapes. */
static void every_sequence(void) {
    static const uint8_t tails[] = {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0};
    for (unsigned lead = 0; lead < 256; lead++) {
        for (unsigned second = 0; second < 256; second++) {
            for (size_t tail = 0; tail < sizeof tails; tail++) {
                uint8_t raw[] = {(uint8_t)lead, (uint8_t)second, tails[tail], 0xBF};
                char coded[13];
                snprintf(coded, sizeof coded, "%%%02x%%%02X%%%02x%%bf", lead, second, tails[tail]);
                for (size_t n = 1; n <= 4; n++) {
                    check_decode(&bench, raw, n);
                    check_decode(&bench, (const uint8_t *)coded, 3 * n);
                }
            }
        }
    }
}

static void every_place(void) {
    static const char marks[] = "&=%+\x80";
    for (size_t n = 0; n <= 50; n++) {
        memset(text, 'a', n);
        check_query(&bench, text, n);
        for (size_t first = 0; first < n; first++) {
            for (size_t second = 0; second < n; second++) {
                for (size_t mark = 0; mark < 25; mark++) {
                    text[first] = (uint8_t)marks[mark / 5];
                    text[second] = (uint8_t)marks[mark % 5];
                    check_fields(&bench, text, n);
                }
                text[second] = 'a';
            }
            text[first] = 'a';
        }
    }
}

static void mixed_queries(void) {
    static const uint8_t common[] = "&=%+aC3Bf";
    uint32_t state = SEED;
    for (size_t round = 0; round < 20000; round++) {
        size_t n = round % 300;
        for (size_t i = 0; i < n; i++) {
            state = shuffled(state);
            text[i] = state % 3 == 0 ? (uint8_t)(state >> 8) : common[state / 4 % 9];
        }
        check_query(&bench, text, n);
    }
}

static void long_queries(void) {
    static const char units[] = "%&=+\xFF" "a";
    for (size_t unit = 0; units[unit] != '\0'; unit++) {
        memset(text, units[unit], LONGEST_QUERY);
        check_query(&bench, text, LONGEST_QUERY);
    }
}

static void empty_query_needs_no_memory(void) {
    uint8_t byte;
    size_t at = 0, size = 1;
    int ascii = 0;
    ff_field field;
    REQUIRE(ff_query_next(NULL, 0, &at, &field) == 0, "NULL has fields");
    REQUIRE(ff_query_decode(&byte, NULL, 0, &size, &ascii) == &byte, "NULL has bytes");
    REQUIRE(size == 0 && ascii == 1, "NULL has bytes");
}

int main(void) {
    query_bench_open(&bench);
    every_escape();
    every_sequence();
    every_place();
    mixed_queries();
    long_queries();
    empty_query_needs_no_memory();
    puts("ff_query: ok");
    return 0;
}
