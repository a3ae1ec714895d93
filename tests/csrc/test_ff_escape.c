/* ff_escape against the oracle: every length, position and character that matters.
 *
 * With --overread or --overwrite it steps over the guard instead, which has to crash:
 * that shows the other checks can fail. */
#include <string.h>

#include "escape_check.h"

static escape_bench bench;
static uint32_t text[LONGEST_TEXT];

static const uint32_t specials[] = {'&', '<', '>', '"', '\''};
enum { SPECIALS = sizeof specials / sizeof specials[0] };

static void fill(uint32_t unit, size_t n) {
    for (size_t i = 0; i < n; i++) {
        text[i] = unit;
    }
}

static void check_all_widths(size_t n) {
    escape_check1(&bench, text, n);
    escape_check2(&bench, text, n);
    escape_check4(&bench, text, n);
}

static void one_special_at_every_position(void) {
    for (size_t n = 0; n <= 64; n++) {
        fill('a', n);
        check_all_widths(n);
        for (size_t position = 0; position < n; position++) {
            for (size_t s = 0; s < SPECIALS; s++) {
                text[position] = specials[s];
                check_all_widths(n);
            }
            text[position] = 'a';
        }
    }
}

static void nothing_but_specials(void) {
    for (size_t n = 1; n <= LONGEST_TEXT; n *= 2) {
        for (size_t i = 0; i < n; i++) {
            text[i] = specials[i % SPECIALS];
        }
        check_all_widths(n);
    }
}

/* Also those that look like a special character in their low byte. */
static void every_unit(void) {
    for (uint32_t unit = 0; unit <= 0x10FFFF; unit++) {
        text[0] = unit;
        if (unit <= 0xFF) {
            escape_check1(&bench, text, 1);
        }
        if (unit <= 0xFFFF) {
            escape_check2(&bench, text, 1);
        }
        escape_check4(&bench, text, 1);
    }
    text[0] = UINT32_MAX;
    escape_check4(&bench, text, 1);
}

/* The same inside of a block. */
static void every_unit_in_a_block(void) {
    enum { LENGTH = 136 };
    fill('a', LENGTH);
    for (uint32_t unit = 0; unit <= 0x200FF; unit += unit < 0x400 ? 1 : 7) {
        size_t position = unit % LENGTH;
        text[position] = unit;
        if (unit <= 0xFF) {
            escape_check1(&bench, text, LENGTH);
        }
        if (unit <= 0xFFFF) {
            escape_check2(&bench, text, LENGTH);
        }
        escape_check4(&bench, text, LENGTH);
        text[position] = 'a';
    }
}

static void mixed_widths(void) {
    static const uint32_t tops[] = {0x80, 0x100, 0x10000, 0x110000};
    uint32_t state = SEED;
    for (int round = 0; round < 4000; round++) {
        size_t n = (size_t)round % 200;
        uint32_t top = tops[(round / 200) % 4];
        for (size_t i = 0; i < n; i++) {
            state = shuffled(state);
            text[i] = state % 4 == 0 ? specials[state / 4 % SPECIALS] : state % top;
        }
        if (top <= 0x100) {
            escape_check1(&bench, text, n);
        }
        if (top <= 0x10000) {
            escape_check2(&bench, text, n);
        }
        escape_check4(&bench, text, n);
    }
}

static void empty_text_needs_no_memory(void) {
    uint8_t unit;
    REQUIRE(ff_escape_growth1(NULL, 0) == 0, "NULL grew");
    REQUIRE(ff_escape_write1(&unit, NULL, 0) == &unit, "NULL wrote");
}

static void step_over(const char *how) {
    fill('&', 8);
    escape_check1(&bench, text, 8);
    if (strcmp(how, "--overread") == 0) {
        uint8_t *src = guarded_tail(bench.src, 8);
        exit(ff_escape_growth1(src, 9) == 0);
    }
    ff_escape_write1(guarded_tail(bench.dst, 7 * 5), guarded_tail(bench.src, 8), 8);
}

int main(int argc, char **argv) {
    escape_bench_open(&bench);
    if (argc > 1) {
        step_over(argv[1]);
        return 0;
    }
    one_special_at_every_position();
    nothing_but_specials();
    every_unit();
    every_unit_in_a_block();
    mixed_widths();
    empty_text_needs_no_memory();
    puts("ff_escape: ok");
    return 0;
}
