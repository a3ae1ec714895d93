/* The body of ff_escape for one width: ff_escape.c includes it once for each,
 * after defining FF_UNIT and FF_WIDTH. */

#define FF_GROWTH FF_JOIN(ff_escape_growth, FF_WIDTH)
#define FF_WRITE FF_JOIN(ff_escape_write, FF_WIDTH)
#define FF_PUT FF_JOIN(ff_escape_put, FF_WIDTH)
#define FF_PUT_FAST FF_JOIN(ff_escape_put_fast, FF_WIDTH)
#define FF_PUT_BLOCK FF_JOIN(ff_escape_put_block, FF_WIDTH)
#define FF_MASK_OF FF_JOIN(ff_block_mask, FF_WIDTH)
#define FF_BLOCK_OF FF_JOIN(ff_block_growth, FF_WIDTH)
#define FF_WIDE_OF FF_JOIN(ff_wide_growth, FF_WIDTH)
#define FF_UNITS (FF_BLOCK / FF_WIDTH)

uint64_t FF_GROWTH(const FF_UNIT *src, size_t n) {
    uint64_t growth = 0;
    size_t i = 0;
#if FF_ESCAPE_WIDE
    if (n >= FF_WIDE_FROM / FF_WIDTH && ff_has_wide()) {
        size_t blocks = n / (FF_WIDE_BLOCK / FF_WIDTH);
        growth = FF_WIDE_OF(src, blocks);
        i = blocks * (FF_WIDE_BLOCK / FF_WIDTH);
    }
#endif
#if FF_ESCAPE_BLOCKS
    for (; i + FF_UNITS <= n; i += FF_UNITS) {
        growth += FF_BLOCK_OF(src + i);
    }
#endif
    for (; i < n; i++) {
        growth += growth_of(src[i]);
    }
    return growth;
}

/* Write one unit or its entity, nothing beyond. */
static inline FF_UNIT *FF_PUT(FF_UNIT *dst, FF_UNIT unit) {
    uint32_t growth = growth_of(unit);
    if (growth == 0) {
        *dst = unit;
        return dst + 1;
    }
    const char *text = entities[unit].text;
    for (uint32_t j = 0; j <= growth; j++) {
        dst[j] = (FF_UNIT)text[j];
    }
    return dst + growth + 1;
}

#if FF_ESCAPE_BLOCKS
/* Write the entity of a special unit where five units may be written, whatever its length. */
static inline FF_UNIT *FF_PUT_FAST(FF_UNIT *dst, FF_UNIT unit) {
    const ff_entity *entity = &entities[unit];
    dst[0] = (FF_UNIT)entity->text[0];
    dst[1] = (FF_UNIT)entity->text[1];
    dst[2] = (FF_UNIT)entity->text[2];
    dst[3] = (FF_UNIT)entity->text[3];
    dst[4] = (FF_UNIT)entity->text[4];
    return dst + entity->length;
}

/* Write a block where another one follows that may be read, and whose room in dst may be written. */
static inline FF_UNIT *FF_PUT_BLOCK(FF_UNIT *dst, const FF_UNIT *src) {
    const FF_UNIT *end = src + FF_UNITS;
#if FF_ESCAPE_MASKS
    uint32_t mask = FF_MASK_OF(src);
    while (mask != 0) {
        uint32_t lowest = ff_lowest(mask);
        const FF_UNIT *special = end - (FF_BLOCK - lowest) / FF_WIDTH;
        ff_block_copy(dst, src);
        dst = FF_PUT_FAST(dst + (special - src), *special);
        src = special + 1;
        mask &= ~(((1U << FF_WIDTH) - 1U) << lowest);
    }
    ff_block_copy(dst, src);
    return dst + (end - src);
#else
    if (FF_BLOCK_OF(src) == 0) {
        ff_block_copy(dst, src);
        return dst + FF_UNITS;
    }
    for (; src < end; src++) {
        if (growth_of(*src) == 0) {
            *dst++ = *src;
        } else {
            dst = FF_PUT_FAST(dst, *src);
        }
    }
    return dst;
#endif
}
#endif

FF_UNIT *FF_WRITE(FF_UNIT *dst, const FF_UNIT *src, size_t n) {
    size_t i = 0;
#if FF_ESCAPE_BLOCKS
    /* What is left of src is at most what is left of dst. */
    for (; i + 2 * FF_UNITS + 5 <= n; i += FF_UNITS) {
        dst = FF_PUT_BLOCK(dst, src + i);
    }
    if (i + FF_UNITS <= n && FF_BLOCK_OF(src + i) == 0) {
        ff_block_copy(dst, src + i);
        dst += FF_UNITS;
        i += FF_UNITS;
    }
#endif
    for (; i < n; i++) {
        dst = FF_PUT(dst, src[i]);
    }
    return dst;
}

#undef FF_UNIT
#undef FF_WIDTH
#undef FF_GROWTH
#undef FF_WRITE
#undef FF_PUT
#undef FF_PUT_FAST
#undef FF_PUT_BLOCK
#undef FF_MASK_OF
#undef FF_BLOCK_OF
#undef FF_WIDE_OF
#undef FF_UNITS
