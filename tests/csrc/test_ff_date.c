/* ff_date between guard pages: every day of two thousand years, and a date with each byte in each place. */
#include "date_check.h"

int main(void) {
    static const char date[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    uint8_t text[FF_DATE_SIZE];
    ff_date read;
    date_src = guarded_new(64);
    check_calendar();
    static const int64_t edges[] = {INT64_MIN, -62135596801LL, -62135596800LL, -1, 0,
                                    253402300799LL, 253402300800LL, INT64_MAX};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        check_moment(edges[i]);
    }
    REQUIRE(ff_date_read((const uint8_t *)date, FF_DATE_SIZE, &read) == 1, "%s", date);
    REQUIRE(read.year == 1994 && read.month == 11 && read.day == 6, "%s", date);
    REQUIRE(read.hour == 8 && read.minute == 49 && read.second == 37, "%s", date);
    for (size_t i = 0; i < FF_DATE_SIZE; i++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            memcpy(text, date, FF_DATE_SIZE);
            text[i] = (uint8_t)byte;
            check_date(text, FF_DATE_SIZE);
        }
        check_date((const uint8_t *)date, i);
    }
    puts("ff_date: ok");
    return 0;
}
