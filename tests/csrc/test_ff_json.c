/* ff_json against the oracle: every cut of a text, every byte at every place, made-up texts. */
#include "json_check.h"

static guarded memory;
static uint8_t text[LONGEST_TEXT];

static const char sample[] =
    "{ \"a\": [1, -2.5e+3,\r\n\t0, 123456789012345678901, \"\\u00e9\\n\xC3\xA9\", true, false, null],"
    " \"long enough for a block of sixteen\" : {\"\": {}, \"b\" : [ ] , \"c\":-0.0E-7} }";

static void every_cut(void) {
    for (size_t n = 0; n < sizeof sample; n++) {
        check_json(memory, (const uint8_t *)sample, n);
        check_json(memory, (const uint8_t *)sample + n, sizeof sample - 1 - n);
    }
}

static void every_byte_at_every_place(void) {
    memcpy(text, sample, sizeof sample);
    for (size_t place = 0; place < sizeof sample - 1; place++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            text[place] = (uint8_t)byte;
            check_json(memory, text, sizeof sample - 1);
        }
        text[place] = (uint8_t)sample[place];
    }
}

/* A string of every length, with a byte of note at every place. */
static void every_string(void) {
    static const uint8_t notes[] = {'"', '\\', 0, 0x1F, ' ', 0x7F, 0x80, 0xFF};
    for (size_t n = 0; n <= 50; n++) {
        memset(text, 'a', n + 2);
        text[0] = text[n + 1] = '"';
        check_json(memory, text, n + 2);
        for (size_t place = 1; place <= n; place++) {
            for (size_t note = 0; note < sizeof notes; note++) {
                text[place] = notes[note];
                check_json(memory, text, n + 2);
            }
            text[place] = 'a';
        }
    }
}

static void deep_texts(void) {
    for (size_t depth = 1; depth < 2 * FF_JSON_DEEPEST; depth++) {
        for (size_t i = 0; i < depth; i++) {
            text[i] = '[';
            text[depth + i] = ']';
        }
        check_json(memory, text, 2 * depth);
        check_json(memory, text, 2 * depth - 1);
    }
}

static void check_text(const uint8_t *src, size_t n) {
    check_json(memory, src, n);
}

static void many_numbers(void) {
    static const char *const pieces[] = {",", ", ", " ,\n", "1", "-0", "999999999999999999", "-12",
                                         "0", "1234567890", "1.5", "e1", "]", "-", "\"", "[1,2"};
    mixed_pieces(pieces, sizeof pieces / sizeof pieces[0], 100000, 16, check_text);
    static const char tail[] = ",2,3]";
    for (size_t digits = 1; digits < 24; digits++) {
        for (size_t n = 0; n <= sizeof tail - 1; n++) {
            memcpy(text, "[1, -", 5);
            memset(text + 5, '7', digits);
            memcpy(text + 5 + digits, tail, n);
            check_text(text, 5 + digits + n);
        }
    }
}

static void made_up_texts(void) {
    static const char *const pieces[] = {"{", "}", "[", "]", ",", ":", "\"a\"", "\"\\\"", "1", "-2.5",
                                         "e3", "true", "null", " ", "\n", "\"", "0", "\xC3\xA9"};
    mixed_pieces(pieces, sizeof pieces / sizeof pieces[0], 100000, 12, check_text);
}

int main(void) {
    memory = guarded_new(LONGEST_TEXT);
    every_cut();
    every_byte_at_every_place();
    every_string();
    deep_texts();
    made_up_texts();
    many_numbers();
    puts("ff_json: ok");
    return 0;
}
