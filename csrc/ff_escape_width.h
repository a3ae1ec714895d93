/* The body of ff_escape for one width: ff_escape.c includes it once for each,
 * after defining FF_UNIT, FF_GROWTH and FF_WRITE. */

uint64_t FF_GROWTH(const FF_UNIT *src, size_t n) {
    uint64_t growth = 0;
    for (size_t i = 0; i < n; i++) {
        const ff_entity *entity = entity_of(src[i]);
        if (entity != NULL) {
            growth += entity->length - 1U;
        }
    }
    return growth;
}

FF_UNIT *FF_WRITE(FF_UNIT *dst, const FF_UNIT *src, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const ff_entity *entity = entity_of(src[i]);
        if (entity == NULL) {
            *dst++ = src[i];
            continue;
        }
        for (size_t j = 0; j < entity->length; j++) {
            *dst++ = (FF_UNIT)entity->text[j];
        }
    }
    return dst;
}

#undef FF_UNIT
#undef FF_GROWTH
#undef FF_WRITE
