/* What ff_escape has to compute, written for the reader: on 32 bit units, one by one. */
#ifndef ESCAPE_ORACLE_H
#define ESCAPE_ORACLE_H

#include <stddef.h>
#include <stdint.h>

enum { LONGEST_ENTITY = 5 };

static inline const char *oracle_entity(uint32_t unit) {
    switch (unit) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&#34;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* Escape n units into dst, which has room for LONGEST_ENTITY * n; return how many were written. */
static inline size_t oracle_escape(uint32_t *dst, const uint32_t *src, size_t n) {
    size_t written = 0;
    for (size_t i = 0; i < n; i++) {
        const char *entity = oracle_entity(src[i]);
        if (entity == NULL) {
            dst[written++] = src[i];
        } else {
            while (*entity != '\0') {
                dst[written++] = (uint32_t)*entity++;
            }
        }
    }
    return written;
}

#endif
