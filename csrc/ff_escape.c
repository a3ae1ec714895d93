#include "ff_escape.h"

/* The five characters lie below FF_ENTITIES, so one table serves all widths. */
enum { FF_ENTITIES = 64 };

typedef struct {
    uint8_t length; /* 0: the character stays as it is */
    char text[5];
} ff_entity;

static const ff_entity entities[FF_ENTITIES] = {
    ['"'] = {5, {'&', '#', '3', '4', ';'}},
    ['&'] = {5, {'&', 'a', 'm', 'p', ';'}},
    ['\''] = {5, {'&', '#', '3', '9', ';'}},
    ['<'] = {4, {'&', 'l', 't', ';'}},
    ['>'] = {4, {'&', 'g', 't', ';'}},
};

/* The entity of a code unit, or NULL. */
static inline const ff_entity *entity_of(uint32_t unit) {
    if (unit >= FF_ENTITIES || entities[unit].length == 0) {
        return NULL;
    }
    return &entities[unit];
}

#define FF_UNIT uint8_t
#define FF_GROWTH ff_escape_growth1
#define FF_WRITE ff_escape_write1
#include "ff_escape_width.h"

#define FF_UNIT uint16_t
#define FF_GROWTH ff_escape_growth2
#define FF_WRITE ff_escape_write2
#include "ff_escape_width.h"

#define FF_UNIT uint32_t
#define FF_GROWTH ff_escape_growth4
#define FF_WRITE ff_escape_write4
#include "ff_escape_width.h"
