/* ff_cookie between guard pages: all short headers, mixed ones, and some whose cookies are known. */
#include "cookie_check.h"

static void known_cookies(void) {
    static const struct {
        const char *header, *names, *values;
    } known[] = {
        {"a=1; b=2", "a|b", "1|2"},
        {" a = 1 ;b\t=\t2\t", "a|b", "1|2"},
        {"a; =b; c=;;d", "a|c|d", "||"},
        {"a=\"x;y\";b", "a|b", "x;y|"},
        {"a=\"x\\\"y\"", "a", "x\\\"y"},
        {"a=\"x;b=2", "b", "2"},
        {"a=x y;b=2", "b", "2"},
        {"a b;c", "c", ""},
        {"a=b=c", "a", "b=c"},
        {"a=\"b\"c;d=e", "d", "e"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const uint8_t *src = (const uint8_t *)known[i].header;
        char names[64] = "", values[64] = "";
        size_t at = 0;
        ff_cookie cookie;
        while (ff_cookie_next(src, strlen(known[i].header), &at, &cookie)) {
            strcat(strncat(names, known[i].header + cookie.name, cookie.name_size), "|");
            strcat(strncat(values, known[i].header + cookie.value, cookie.value_size), "|");
        }
        names[strlen(names) - 1] = values[strlen(values) - 1] = '\0';
        REQUIRE(strcmp(names, known[i].names) == 0, "%s: %s", known[i].header, names);
        REQUIRE(strcmp(values, known[i].values) == 0, "%s: %s", known[i].header, values);
    }
}

static void known_escapes(void) {
    static const char escaped[] = "\\101\\377\\400\\78\\\\\\\"\\\n\\1\\", plain[] = "A\377400"
                                                                                  "78\\\"\\\n1\\";
    uint8_t dst[sizeof escaped];
    size_t size = ff_cookie_unquote(dst, (const uint8_t *)escaped, sizeof escaped - 1);
    REQUIRE(size == sizeof plain - 1 && memcmp(dst, plain, size) == 0, "%.*s", (int)size, dst);
}

int main(void) {
    cookie_src = guarded_new(LONGEST_HEADER);
    cookie_dst = guarded_new(LONGEST_HEADER);
    every_text("a= \";\\1\n", 6, check_cookies);
    mixed_texts("a= \t\";\\01", 20000, 200, check_cookies);
    for (uint32_t byte = 0; byte < 256; byte++) {
        check_plain(&(uint8_t){(uint8_t)byte}, 1);
    }
    known_cookies();
    known_escapes();
    size_t at = 0;
    ff_cookie cookie;
    REQUIRE(ff_cookie_next(NULL, 0, &at, &cookie) == 0, "NULL has cookies");
    puts("ff_cookie: ok");
    return 0;
}
