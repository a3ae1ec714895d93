#include "ff_escape.h"
#include "ff_escape_simd.h"

enum {
    FF_BLOCK = 16,    /* bytes that SIMD looks at together */
    FF_WIDE_BLOCK = 32,
    FF_WIDE_FROM = 128, /* bytes of text from which the wide blocks pay */
    FF_ENTITIES = 64, /* the five characters lie below, so one table serves all widths */
    FF_ENTITY_ROOM = 8
};

typedef struct {
    uint8_t length;
    char text[FF_ENTITY_ROOM - 1];
} ff_entity;

/* Length 0: the character stays as it is. */
static const ff_entity entities[FF_ENTITIES] = {
    ['"'] = {5, {'&', '#', '3', '4', ';'}},
    ['&'] = {5, {'&', 'a', 'm', 'p', ';'}},
    ['\''] = {5, {'&', '#', '3', '9', ';'}},
    ['<'] = {4, {'&', 'l', 't', ';'}},
    ['>'] = {4, {'&', 'g', 't', ';'}},
};

/* How many more units a character takes. */
static inline uint32_t growth_of(uint32_t unit) {
    return unit < FF_ENTITIES && entities[unit].length != 0 ? entities[unit].length - 1U : 0;
}

#define FF_JOIN2(a, b) a##b
#define FF_JOIN(a, b) FF_JOIN2(a, b)

#define FF_UNIT uint8_t
#define FF_WIDTH 1
#include "ff_escape_width.h"

#define FF_UNIT uint16_t
#define FF_WIDTH 2
#include "ff_escape_width.h"

#define FF_UNIT uint32_t
#define FF_WIDTH 4
#include "ff_escape_width.h"
