/* Buffers that end where the readable memory ends: one unit too far is a crash. */
#ifndef GUARD_H
#define GUARD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    uint8_t *start; /* first accessible byte; the page before it is not */
    uint8_t *end;   /* page aligned; the byte here is not accessible */
} guarded;

static inline guarded guarded_new(size_t capacity) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t size = (capacity / page + 1) * page;
    uint8_t *base =
        mmap(NULL, size + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED || mprotect(base, page, PROT_NONE) != 0 ||
        mprotect(base + page + size, page, PROT_NONE) != 0) {
        perror("guarded_new");
        exit(2);
    }
    return (guarded){base + page, base + page + size};
}

/* The last `size` bytes before the guard page. */
static inline void *guarded_tail(guarded buffer, size_t size) {
    if (size > (size_t)(buffer.end - buffer.start)) {
        fprintf(stderr, "guarded_tail: %zu bytes do not fit\n", size);
        exit(2);
    }
    return buffer.end - size;
}

#endif
