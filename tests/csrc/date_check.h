/* Hold ff_date, between guard pages, to what it writes itself and to the calendar of the C library. */
#ifndef DATE_CHECK_H
#define DATE_CHECK_H

#include <time.h>

#include "ff_date.h"
#include "require.h"

static guarded date_src;

/* Any moment becomes a date that can be written and, from the year 1000 on, read. */
static inline void check_moment(int64_t seconds) {
    ff_date date, again;
    if (!ff_date_of(seconds, &date)) {
        REQUIRE(seconds < -62135596800LL || seconds > 253402300799LL, "%lld", (long long)seconds);
        return;
    }
    uint8_t *text = guarded_tail(date_src, FF_DATE_SIZE);
    ff_date_write(text, &date);
    int known = ff_date_read(text, FF_DATE_SIZE, &again);
    REQUIRE(known == (date.year >= 1000), "%lld: %.29s", (long long)seconds, text);
    REQUIRE(!known || memcmp(&date, &again, sizeof date) == 0, "%.29s", text);
}

static inline void check_date(const uint8_t *text, size_t n) {
    uint8_t *src = guarded_tail(date_src, n);
    memcpy(src, text, n);
    ff_date date;
    if (!ff_date_read(src, n, &date)) {
        return;
    }
    uint8_t *written = guarded_tail(date_src, FF_DATE_SIZE);
    ff_date_write(written, &date);
    /* All but the day's name, which need not be right. */
    REQUIRE(n == FF_DATE_SIZE && memcmp(written + 3, text + 3, n - 3) == 0, "%.29s", text);
}

/* Every day of the years 1 to 2100: the name of the day goes round. */
static inline void check_calendar(void) {
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    static const char names[] = "MonTueWedThuFriSatSun";
    size_t weekday = 0;               /* 0001-01-01 was a Monday */
    int64_t seconds = -62135596800LL; /* since 1970 */
    for (uint32_t year = 1; year <= 2100; year++) {
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (uint32_t month = 1; month <= 12; month++) {
            uint32_t length = lengths[month - 1] + (leap && month == 2 ? 1U : 0U);
            for (uint32_t day = 1; day <= length + 1; day++) {
                ff_date date = {year, month, day, day % 24, day, 59}, again;
                uint8_t *text = guarded_tail(date_src, FF_DATE_SIZE);
                ff_date_write(text, &date);
                int known = day <= length && year >= 1000;
                REQUIRE(ff_date_read(text, FF_DATE_SIZE, &again) == known, "%.29s", text);
                if (day <= length) {
                    REQUIRE(memcmp(text, names + 3 * weekday, 3) == 0, "%.29s", text);
                    weekday = (weekday + 1) % 7;
                    int64_t moment = seconds + date.hour * 3600 + date.minute * 60 + date.second;
                    REQUIRE(ff_date_of(moment, &again) == 1, "%.29s", text);
                    REQUIRE(memcmp(&again, &date, sizeof date) == 0, "%.29s", text);
                    seconds += 86400;
                }
            }
        }
    }
}

#endif
