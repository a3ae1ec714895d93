/* ff_date - dates as HTTP writes them (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
 *
 * ff_date_read() returns 1 and fills *date where src is exactly that form, a date of the calendar
 * in the years 1000 to 9999; else 0: other forms, and what is none. The day's name must be one,
 * not the right one. ff_date_write() fills the FF_DATE_SIZE bytes at dst; the fields of *date must
 * be within the calendar, the years 1 to 9999. ff_date_of() fills *date with the date in UTC that is
 * so many seconds after (before, if negative) the start of 1970 and returns 1; 0 where that is in
 * none of those years.
 *
 * The caller owns all memory, nothing behind src[n - 1] is read. */
#ifndef FF_DATE_H
#define FF_DATE_H

#include <stddef.h>
#include <stdint.h>

enum { FF_DATE_SIZE = 29 };

typedef struct {
    uint32_t year, month, day, hour, minute, second;
} ff_date;

int ff_date_read(const uint8_t *src, size_t n, ff_date *date);
int ff_date_of(int64_t seconds, ff_date *date);
void ff_date_write(uint8_t *dst, const ff_date *date);

#endif
