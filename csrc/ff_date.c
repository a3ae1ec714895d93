#include "ff_date.h"

#include <string.h>

static const char days[] = "MonTueWedThuFriSatSun";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Return which of the names of three letters in `names` stands at src, or `count`. */
static uint32_t find_name(const uint8_t *src, const char *names, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (memcmp(src, names + 3U * i, 3) == 0) {
            return i;
        }
    }
    return count;
}

/* Read `digits` digits; return 10000, which is no field's value, where others are there. */
static uint32_t read_number(const uint8_t *src, size_t digits) {
    uint32_t number = 0;
    for (size_t i = 0; i < digits; i++) {
        if (src[i] < '0' || src[i] > '9') {
            return 10000;
        }
        number = number * 10U + (uint32_t)(src[i] - '0');
    }
    return number;
}

static uint32_t days_of_month(uint32_t year, uint32_t month) {
    static const uint8_t lengths[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t leaps = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return lengths[month] + (month == 2 ? leaps : 0U);
}

int ff_date_read(const uint8_t *src, size_t n, ff_date *date) {
    /* "Sun, 06 Nov 1994 08:49:37 GMT" without its names and numbers. */
    if (n != FF_DATE_SIZE || memcmp(src + 3, ", ", 2) != 0 || src[7] != ' ' || src[11] != ' ' ||
        src[16] != ' ' || src[19] != ':' || src[22] != ':' || memcmp(src + 25, " GMT", 4) != 0) {
        return 0;
    }
    if (find_name(src, days, 7) == 7) {
        return 0;
    }
    *date = (ff_date){
        .year = read_number(src + 12, 4),
        .month = find_name(src + 8, months, 12) + 1,
        .day = read_number(src + 5, 2),
        .hour = read_number(src + 17, 2),
        .minute = read_number(src + 20, 2),
        .second = read_number(src + 23, 2),
    };
    return date->year >= 1000 && date->year <= 9999 && date->month <= 12 && date->day >= 1 &&
           date->day <= days_of_month(date->year, date->month) && date->hour < 24 &&
           date->minute < 60 && date->second < 60;
}

int ff_date_of(int64_t seconds, ff_date *date) {
    enum { DAY = 86400, ERA = 146097 /* days of 400 years */ };
    /* From the first of March of the year 0 on, leap days come last: no year 1 before 306 days. */
    const int64_t epoch = 719468;
    if (seconds < -(epoch - 306) * DAY || seconds >= (int64_t)2932897 * DAY) {
        return 0;
    }
    uint64_t since = (uint64_t)(seconds + epoch * DAY);
    uint32_t day = (uint32_t)(since / DAY), time = (uint32_t)(since % DAY);
    uint32_t of_era = day % ERA;
    uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
    uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * of_year + 2) / 153; /* 0 for March */
    *date = (ff_date){
        .year = year + day / ERA * 400 + (month >= 10),
        .month = month < 10 ? month + 3 : month - 9,
        .day = of_year - (153 * month + 2) / 5 + 1,
        .hour = time / 3600,
        .minute = time / 60 % 60,
        .second = time % 60,
    };
    return 1;
}

static void write_number(uint8_t *dst, uint32_t number, size_t digits) {
    while (digits-- > 0) {
        dst[digits] = (uint8_t)('0' + number % 10U);
        number /= 10U;
    }
}

/* 0 for Monday (Sakamoto's method). */
static uint32_t day_of_week(uint32_t year, uint32_t month, uint32_t day) {
    static const uint8_t shifts[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    year -= month < 3;
    uint32_t sunday = (year + year / 4 - year / 100 + year / 400 + shifts[month - 1] + day) % 7U;
    return (sunday + 6U) % 7U;
}

void ff_date_write(uint8_t *dst, const ff_date *date) {
    memcpy(dst, "Day, 00 Mon 0000 00:00:00 GMT", FF_DATE_SIZE);
    memcpy(dst, days + (size_t)3 * day_of_week(date->year, date->month, date->day), 3);
    write_number(dst + 5, date->day, 2);
    memcpy(dst + 8, months + (size_t)3 * (date->month - 1), 3);
    write_number(dst + 12, date->year, 4);
    write_number(dst + 17, date->hour, 2);
    write_number(dst + 20, date->minute, 2);
    write_number(dst + 23, date->second, 2);
}
