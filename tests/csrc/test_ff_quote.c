/* ff_quote: every byte, alone and at every place of short texts, at the end of readable memory. */
#include <string.h>

#include "ff_quote.h"
#include "guard.h"

enum { LONGEST = 12 };

static const uint32_t safe[4] = {0, 0x2fffffd2, 0x87ffffff, 0x47fffffe};
static const char stays[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~!$&'()*+,/:;=@";

static size_t expected(char *out, const uint8_t *text, size_t n, char space) {
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] != 0 && strchr(stays, text[i]) != NULL) {
            out[length++] = (char)text[i];
        } else if (text[i] == ' ' && space != 0) {
            out[length++] = space;
        } else {
            length += (size_t)snprintf(out + length, 4, "%%%02X", text[i]);
        }
    }
    return length;
}

static int check(guarded src, guarded dst, const uint8_t *text, size_t n, char space) {
    char wanted[3 * LONGEST + 1];
    size_t length = expected(wanted, text, n, space);
    uint8_t *from = guarded_tail(src, n);
    memcpy(from, text, n);
    bool clean = length == n && memcmp(wanted, text, n) == 0;
    uint64_t growth = ff_quote_growth(from, n, safe, (uint8_t)space);
    uint8_t *to = guarded_tail(dst, length);
    if (ff_quote_is_clean(from, n, safe) != clean || growth != length - n ||
        ff_quote_write(to, from, n, safe, (uint8_t)space) != to + length ||
        memcmp(to, wanted, length) != 0) {
        fprintf(stderr, "wrong: %.*s\n", (int)length, wanted);
        return 1;
    }
    return 0;
}

int main(void) {
    guarded src = guarded_new(LONGEST), dst = guarded_new(3 * LONGEST);
    int wrong = 0;
    for (size_t n = 0; n <= LONGEST; n++) {
        uint8_t text[LONGEST];
        memset(text, 'a', sizeof text);
        wrong += check(src, dst, text, n, '+');
        for (size_t at = 0; at < n; at++) {
            for (int byte = 0; byte < 256; byte++) {
                text[at] = (uint8_t)byte;
                wrong += check(src, dst, text, n, '+') + check(src, dst, text, n, 0);
            }
            text[at] = at % 2 ? ' ' : 'a';
        }
    }
    if (wrong == 0) {
        puts("ff_quote: ok");
    }
    return wrong != 0;
}
