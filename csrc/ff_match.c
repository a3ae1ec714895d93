#include "ff_match.h"

#include <string.h>

/* --- reading the table ------------------------------------------------------------------ */

static inline const uint32_t *record(const uint32_t *table, int array, uint32_t index, int size) {
    return table + table[array] + (size_t)index * (size_t)size;
}

static inline const uint8_t *text_at(const uint32_t *table, uint32_t offset) {
    return (const uint8_t *)(table + table[FF_MATCH_H_TEXT]) + offset;
}

static inline bool same(const uint8_t *a, const uint8_t *b, size_t n) {
    return n == 0 || memcmp(a, b, n) == 0;
}

/* Clients choose the texts that are looked up, never those that are in the table: a slow
 * chain is as long as the table's maker left it, so the hash needs no key. */
static uint32_t hash_of(uint32_t node, const uint8_t *text, size_t n) {
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = ((uint64_t)node << 32 | (uint32_t)n) * factor;
    uint64_t word;
    for (; n >= sizeof word; text += sizeof word, n -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    if (n > 0) {
        word = 0;
        memcpy(&word, text, n);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    return (uint32_t)(hash ^ hash >> 15);
}

static inline bool is_entry(const uint32_t *table, const uint32_t *entry, uint32_t node,
                            const uint8_t *text, size_t n) {
    return entry[FF_MATCH_T_NODE] == node && entry[FF_MATCH_T_LENGTH] == n &&
           same(text_at(table, entry[FF_MATCH_T_TEXT]), text, n);
}

/* A slot holds a hash, and the number of an entry plus one; 0 ends a chain. */
static uint32_t look_up(const uint32_t *table, uint32_t node, const uint8_t *text, size_t n) {
    const uint32_t *slots = table + table[FF_MATCH_H_SLOTS];
    uint32_t mask = table[FF_MATCH_H_SLOT_COUNT] - 1;
    uint32_t hash = hash_of(node, text, n);
    for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
        const uint32_t *slot = slots + (size_t)i * 2;
        if (slot[1] == 0) {
            return FF_MATCH_NONE;
        }
        if (slot[0] == hash) {
            const uint32_t *entry =
                record(table, FF_MATCH_H_ENTRIES, slot[1] - 1, FF_MATCH_ENTRY);
            if (is_entry(table, entry, node, text, n)) {
                return entry[FF_MATCH_T_TARGET];
            }
        }
    }
}

static inline uint32_t literal_target(const uint32_t *table, const uint32_t *node, uint32_t number,
                                      const uint8_t *text, size_t n) {
    if (n == 0) {
        return node[FF_MATCH_N_SLASH];
    }
    switch (node[FF_MATCH_N_ENTRY_COUNT]) {
    case 0:
        return FF_MATCH_NONE;
    case 1: {
        const uint32_t *entry =
            record(table, FF_MATCH_H_ENTRIES, node[FF_MATCH_N_ENTRY], FF_MATCH_ENTRY);
        return is_entry(table, entry, number, text, n) ? entry[FF_MATCH_T_TARGET] : FF_MATCH_NONE;
    }
    default:
        return look_up(table, number, text, n);
    }
}

/* --- what edges take -------------------------------------------------------------------- */

static inline bool is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static inline bool is_hexadecimal(uint8_t byte) {
    return is_digit(byte) || (uint8_t)((byte | 0x20) - 'a') < 6;
}

typedef enum { NO, YES, UNKNOWN } ff_verdict;

static inline ff_verdict verdict(bool fits) { return fits ? YES : NO; }

static ff_verdict text_fits(const uint32_t *edge, const uint8_t *text, size_t n) {
    uint32_t low = edge[FF_MATCH_E_LOW], high = edge[FF_MATCH_E_HIGH];
    if (low <= 1 && high == UINT32_MAX) {
        return verdict(n >= low);
    }
    size_t characters = 0;
    for (size_t i = 0; i < n; i++) {
        characters += (text[i] & 0xc0) != 0x80;
    }
    return verdict(characters >= low && characters <= high);
}

/* Text that is not of ASCII's digits may be of others'. */
static inline ff_verdict not_in_set(const uint32_t *edge, const uint8_t *text, size_t i, size_t n) {
    for (; (edge[FF_MATCH_E_FLAGS] & FF_MATCH_UNICODE) && i < n; i++) {
        if (text[i] >= 0x80) {
            return UNKNOWN;
        }
    }
    return NO;
}

static ff_verdict class_fits(const uint32_t *table, const uint32_t *edge, const uint8_t *text,
                             size_t n) {
    const uint32_t *set = table + edge[FF_MATCH_E_MORE];
    size_t sign = (edge[FF_MATCH_E_FLAGS] & FF_MATCH_SIGNED) && n > 0 && text[0] == '-';
    for (size_t i = sign; i < n; i++) {
        if (text[i] >= 0x80 || !(set[text[i] >> 5] >> (text[i] & 31) & 1)) {
            return not_in_set(edge, text, i, n);
        }
    }
    return verdict(n - sign >= edge[FF_MATCH_E_LOW] && n - sign <= edge[FF_MATCH_E_HIGH]);
}

static ff_verdict decimal_fits(const uint32_t *edge, const uint8_t *text, size_t n) {
    size_t i = (edge[FF_MATCH_E_FLAGS] & FF_MATCH_SIGNED) && n > 0 && text[0] == '-';
    size_t start = i;
    while (i < n && is_digit(text[i])) {
        i++;
    }
    size_t point = i;
    if (i > start && i < n && text[i] == '.') {
        i++;
        while (i < n && is_digit(text[i])) {
            i++;
        }
        if (i == n && i > point + 1) {
            return verdict(true);
        }
    }
    return not_in_set(edge, text, i, n);
}

static ff_verdict uuid_fits(const uint8_t *text, size_t n) {
    if (n != 36) {
        return verdict(false);
    }
    for (size_t i = 0; i < n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hexadecimal(text[i])) {
            return verdict(false);
        }
    }
    return verdict(true);
}

static ff_verdict any_fits(const uint32_t *table, const uint32_t *edge, const uint8_t *text,
                           size_t n) {
    const uint32_t *item = table + edge[FF_MATCH_E_MORE];
    for (uint32_t i = 0; i < edge[FF_MATCH_E_LOW]; i++, item += 2) {
        if (item[1] == n && same(text_at(table, item[0]), text, n)) {
            return verdict(true);
        }
    }
    return verdict(false);
}

static ff_verdict path_fits(const uint8_t *text, size_t n) {
    return verdict(n > 0 && text[0] != '/' && memchr(text + 1, '\n', n - 1) == NULL);
}

static ff_verdict fits(const uint32_t *table, const uint32_t *edge, const uint8_t *text, size_t n) {
    switch (edge[FF_MATCH_E_KIND]) {
    case FF_MATCH_TEXT:
        return text_fits(edge, text, n);
    case FF_MATCH_CLASS:
        return class_fits(table, edge, text, n);
    case FF_MATCH_DECIMAL:
        return decimal_fits(edge, text, n);
    case FF_MATCH_UUID:
        return uuid_fits(text, n);
    case FF_MATCH_ANY:
        return any_fits(table, edge, text, n);
    case FF_MATCH_PATH:
        return path_fits(text, n);
    default:
        return UNKNOWN;
    }
}

/* --- the walk --------------------------------------------------------------------------- */

static inline bool suits(const ff_match_walk *walk, const uint32_t *rule) {
    uint64_t methods =
        (uint64_t)rule[FF_MATCH_R_METHODS_HIGH] << 32 | rule[FF_MATCH_R_METHODS_LOW];
    return (rule[FF_MATCH_R_FLAGS] & FF_MATCH_ANY_METHOD) || (methods & walk->method);
}

static inline bool same_protocol(const ff_match_walk *walk, const uint32_t *rule) {
    return ((rule[FF_MATCH_R_FLAGS] & FF_MATCH_WEBSOCKET) != 0) == walk->websocket;
}

/* Take the first of a node's rules that suits, but for those that insist on a slash. */
static bool take_rule(ff_match_walk *walk, const uint32_t *node, uint32_t but) {
    const uint32_t *rule =
        record(walk->table, FF_MATCH_H_RULES, node[FF_MATCH_N_RULE], FF_MATCH_RULE);
    for (uint32_t i = 0; i < node[FF_MATCH_N_RULE_COUNT]; i++, rule += FF_MATCH_RULE) {
        if (rule[FF_MATCH_R_FLAGS] & but) {
            continue;
        }
        if (!suits(walk, rule)) {
            walk->missed |=
                (uint64_t)rule[FF_MATCH_R_METHODS_HIGH] << 32 | rule[FF_MATCH_R_METHODS_LOW];
        } else if (!same_protocol(walk, rule)) {
            walk->missed_websocket = true;
        } else {
            walk->rule = rule[FF_MATCH_R_RULE];
            return true;
        }
    }
    return false;
}

static inline const uint32_t *node_at(const uint32_t *table, uint32_t number) {
    return record(table, FF_MATCH_H_NODES, number, FF_MATCH_NODE);
}

/* The path ends at a node: take a rule there, or one that goes on with just a slash. */
static ff_match_status at_end(ff_match_walk *walk, const uint32_t *node) {
    if (take_rule(walk, node, 0)) {
        return FF_MATCH_FOUND;
    }
    if (node[FF_MATCH_N_SLASH] != FF_MATCH_NONE) {
        const uint32_t *next = node_at(walk->table, node[FF_MATCH_N_SLASH]);
        const uint32_t *rule =
            record(walk->table, FF_MATCH_H_RULES, next[FF_MATCH_N_RULE], FF_MATCH_RULE);
        for (uint32_t i = 0; i < next[FF_MATCH_N_RULE_COUNT]; i++, rule += FF_MATCH_RULE) {
            if (same_protocol(walk, rule) && suits(walk, rule)) {
                walk->rule = rule[FF_MATCH_R_RULE];
                return rule[FF_MATCH_R_FLAGS] & FF_MATCH_STRICT ? FF_MATCH_SLASH : FF_MATCH_FOUND;
            }
        }
    }
    return FF_MATCH_NOTHING;
}

static inline size_t segment_end(const ff_match_walk *walk, size_t position) {
    size_t i = position;
    /* PERF: match-*. Most segments are shorter than a call of memchr() is worth. */
    for (; i < walk->n && i < position + 16; i++) {
        if (walk->path[i] == '/') {
            return i;
        }
    }
    if (i < walk->n) {
        const uint8_t *slash = memchr(walk->path + i, '/', walk->n - i);
        return slash == NULL ? walk->n : (size_t)(slash - walk->path);
    }
    return walk->n;
}

static inline bool push(ff_match_walk *walk, uint32_t edge) {
    if (walk->depth == walk->table[FF_MATCH_H_FRAMES]) {
        return false;
    }
    walk->frames[walk->depth++] =
        (ff_match_frame){walk->position, walk->node, edge, walk->capture_count};
    return true;
}

/* Go along an edge that took `start` to `end` of the path, and is done at `after`. */
static inline bool follow(ff_match_walk *walk, uint32_t number, const uint32_t *edge, size_t start,
                          size_t end, size_t after, bool asked) {
    if (walk->capture_count == walk->table[FF_MATCH_H_CAPTURES]) {
        return false;
    }
    walk->captures[walk->capture_count++] = (ff_match_capture){start, end, number, asked};
    walk->node = edge[FF_MATCH_E_TARGET];
    walk->position = after;
    return true;
}

/* Try the dynamic edges of the current node from number `first` on, its segment ending at
 * `end`. NOTHING: all failed; FOUND: the walk has gone along one of them. */
static ff_match_status try_edges(ff_match_walk *walk, uint32_t first, size_t end) {
    const uint32_t *table = walk->table;
    const uint32_t *node = node_at(table, walk->node);
    size_t position = walk->position;
    uint32_t count = node[FF_MATCH_N_EDGE_COUNT];
    bool last_is_empty = position == walk->n;
    for (uint32_t i = first; i < count; i++) {
        uint32_t number = node[FF_MATCH_N_EDGE] + i;
        const uint32_t *edge = record(table, FF_MATCH_H_EDGES, number, FF_MATCH_EDGE);
        uint32_t flags = edge[FF_MATCH_E_FLAGS];
        size_t stop = flags & FF_MATCH_FINAL ? walk->n : end;
        size_t after = stop + 1;
        ff_verdict found = UNKNOWN;
        size_t start = position, middle_end = stop;
        if (edge[FF_MATCH_E_KIND] != FF_MATCH_REGEX) {
            if (flags & FF_MATCH_SUFFIXED) {
                if (middle_end > start && walk->path[middle_end - 1] == '/') {
                    middle_end--;
                    after = walk->n;
                }
                if (middle_end == start || walk->path[middle_end - 1] == '/') {
                    continue;
                }
            }
            size_t prefix = edge[FF_MATCH_E_PREFIX_LENGTH], suffix = edge[FF_MATCH_E_SUFFIX_LENGTH];
            if (prefix + suffix > 0) {
                if (middle_end - start < prefix + suffix ||
                    !same(walk->path + start, text_at(table, edge[FF_MATCH_E_PREFIX]), prefix) ||
                    !same(walk->path + middle_end - suffix, text_at(table, edge[FF_MATCH_E_SUFFIX]),
                          suffix)) {
                    continue;
                }
                start += prefix;
                middle_end -= suffix;
            }
            found = fits(table, edge, walk->path + start, middle_end - start);
            if (found == NO) {
                continue;
            }
        }
        /* Come back to the next edge, or to the look at rules that do not mind a slash. */
        if ((i + 1 < count || last_is_empty || found == UNKNOWN) && !push(walk, i + 1)) {
            return FF_MATCH_BROKEN;
        }
        if (found == UNKNOWN) {
            walk->edge = number;
            walk->start = position;
            walk->end = stop;
            return FF_MATCH_ASK;
        }
        return follow(walk, number, edge, start, middle_end, after, false) ? FF_MATCH_FOUND
                                                                             : FF_MATCH_BROKEN;
    }
    return FF_MATCH_NOTHING;
}

/* Walk on from the current node; or first go back to the last way that was left open. */
static ff_match_status walk_on(ff_match_walk *walk, bool back) {
    const uint32_t *table = walk->table;
    for (;;) {
        uint32_t edge = 0;
        if (back) {
            if (walk->depth == 0) {
                return FF_MATCH_NOTHING;
            }
            const ff_match_frame *frame = &walk->frames[--walk->depth];
            walk->node = frame->node;
            walk->position = frame->position;
            walk->capture_count = frame->captures;
            edge = frame->edge;
        }
        const uint32_t *node = node_at(table, walk->node);
        if (walk->position > walk->n) {
            ff_match_status status = at_end(walk, node);
            if (status != FF_MATCH_NOTHING) {
                return status;
            }
            back = true;
            continue;
        }
        size_t end = segment_end(walk, walk->position);
        if (!back) {
            uint32_t target = literal_target(table, node, walk->node, walk->path + walk->position,
                                             end - walk->position);
            if (target != FF_MATCH_NONE) {
                bool more = node[FF_MATCH_N_EDGE_COUNT] > 0 || walk->position == walk->n;
                if (more && !push(walk, 0)) {
                    return FF_MATCH_BROKEN;
                }
                walk->node = target;
                walk->position = end + 1;
                continue;
            }
        }
        ff_match_status status = try_edges(walk, edge, end);
        back = status == FF_MATCH_NOTHING;
        if (back && walk->position == walk->n && take_rule(walk, node, FF_MATCH_STRICT)) {
            return FF_MATCH_FOUND;
        }
        if (status == FF_MATCH_ASK || status == FF_MATCH_BROKEN) {
            return status;
        }
    }
}

static void start(ff_match_walk *walk, uint32_t node, size_t position) {
    walk->missed = 0;
    walk->missed_websocket = false;
    walk->capture_count = 0;
    walk->depth = 0;
    walk->node = node;
    walk->position = position;
}

ff_match_status ff_match_path(ff_match_walk *walk) {
    const uint32_t *table = walk->table;
    start(walk, table[FF_MATCH_H_START], 1);
    if (walk->node == FF_MATCH_NONE) {
        return FF_MATCH_NOTHING;
    }
    if (walk->n <= table[FF_MATCH_H_LONGEST]) {
        uint32_t target = look_up(table, FF_MATCH_NONE, walk->path, walk->n);
        if (target != FF_MATCH_NONE) {
            if (take_rule(walk, node_at(table, target), 0)) {
                return FF_MATCH_FOUND;
            }
            /* It will be missed again, on the walk. */
            start(walk, table[FF_MATCH_H_START], 1);
        }
    }
    return walk_on(walk, false);
}

ff_match_status ff_match_domain_path(ff_match_walk *walk) {
    start(walk, 0, 0);
    return walk_on(walk, false);
}

ff_match_status ff_match_answered(ff_match_walk *walk, ff_match_answer answer) {
    if (answer == FF_MATCH_NO) {
        return walk_on(walk, true);
    }
    const uint32_t *edge = record(walk->table, FF_MATCH_H_EDGES, walk->edge, FF_MATCH_EDGE);
    size_t after = answer == FF_MATCH_YES_BUT_SLASH ? walk->n : walk->end + 1;
    if (!follow(walk, walk->edge, edge, walk->start, walk->end, after, true)) {
        return FF_MATCH_BROKEN;
    }
    return walk_on(walk, false);
}

bool ff_match_is_ascii(const uint8_t *text, size_t n) {
    uint8_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        bits |= text[i];
    }
    return bits < 0x80;
}

bool ff_match_has_slashes(const uint8_t *path, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (path[i] == '/' && path[i - 1] == '/') {
            return true;
        }
    }
    return false;
}

bool ff_match_integer(const uint8_t *text, size_t n, int64_t *value) {
    bool negative = n > 0 && text[0] == '-';
    if (n == negative || n - negative > 18) {
        return false;
    }
    int64_t sum = 0;
    for (size_t i = negative; i < n; i++) {
        if (!is_digit(text[i])) {
            return false;
        }
        sum = sum * 10 + (text[i] - '0');
    }
    *value = negative ? -sum : sum;
    return true;
}

/* --- the table as a whole --------------------------------------------------------------- */

static bool holds(const uint32_t *table, size_t words, int array, uint64_t size) {
    uint64_t count = table[array + 1];
    return table[array] >= FF_MATCH_HEADER && table[array] + count * size <= words;
}

static bool within(uint32_t first, uint32_t count, uint32_t limit) {
    return (uint64_t)first + count <= limit;
}

static bool is_text(const uint32_t *table, uint32_t offset, uint32_t length) {
    return within(offset, length, table[FF_MATCH_H_TEXT_BYTES]);
}

static bool check_header(const uint32_t *table, size_t words) {
    if (table == NULL || words < FF_MATCH_HEADER || table[FF_MATCH_H_MAGIC] != FF_MATCH_MAGIC ||
        table[FF_MATCH_H_WORDS] != words) {
        return false;
    }
    uint32_t slots = table[FF_MATCH_H_SLOT_COUNT], nodes = table[FF_MATCH_H_NODE_COUNT];
    uint64_t text_end = (uint64_t)table[FF_MATCH_H_TEXT] * 4 + table[FF_MATCH_H_TEXT_BYTES];
    return holds(table, words, FF_MATCH_H_NODES, FF_MATCH_NODE) &&
           holds(table, words, FF_MATCH_H_ENTRIES, FF_MATCH_ENTRY) &&
           holds(table, words, FF_MATCH_H_EDGES, FF_MATCH_EDGE) &&
           holds(table, words, FF_MATCH_H_RULES, FF_MATCH_RULE) &&
           holds(table, words, FF_MATCH_H_SLOTS, 2) && table[FF_MATCH_H_TEXT] >= FF_MATCH_HEADER &&
           text_end <= (uint64_t)words * 4 && nodes > 0 && slots > 0 && (slots & (slots - 1)) == 0 &&
           slots > table[FF_MATCH_H_ENTRY_COUNT] &&
           (table[FF_MATCH_H_START] < nodes || table[FF_MATCH_H_START] == FF_MATCH_NONE);
}

static bool check_node(const uint32_t *table, uint32_t number) {
    const uint32_t *node = node_at(table, number);
    uint32_t slash = node[FF_MATCH_N_SLASH];
    if (!within(node[FF_MATCH_N_ENTRY], node[FF_MATCH_N_ENTRY_COUNT],
                table[FF_MATCH_H_ENTRY_COUNT]) ||
        !within(node[FF_MATCH_N_EDGE], node[FF_MATCH_N_EDGE_COUNT], table[FF_MATCH_H_EDGE_COUNT]) ||
        !within(node[FF_MATCH_N_RULE], node[FF_MATCH_N_RULE_COUNT], table[FF_MATCH_H_RULE_COUNT]) ||
        (slash != FF_MATCH_NONE && (slash <= number || slash >= table[FF_MATCH_H_NODE_COUNT]))) {
        return false;
    }
    /* Edges lead to higher numbers, so that every walk ends. */
    for (uint32_t i = 0; i < node[FF_MATCH_N_EDGE_COUNT]; i++) {
        const uint32_t *edge =
            record(table, FF_MATCH_H_EDGES, node[FF_MATCH_N_EDGE] + i, FF_MATCH_EDGE);
        if (edge[FF_MATCH_E_TARGET] <= number) {
            return false;
        }
    }
    return true;
}

static bool check_entry(const uint32_t *table, const uint32_t *entry) {
    uint32_t node = entry[FF_MATCH_T_NODE], target = entry[FF_MATCH_T_TARGET];
    uint32_t nodes = table[FF_MATCH_H_NODE_COUNT];
    return target < nodes && (node == FF_MATCH_NONE || node < target) &&
           is_text(table, entry[FF_MATCH_T_TEXT], entry[FF_MATCH_T_LENGTH]);
}

static bool check_edge(const uint32_t *table, size_t words, const uint32_t *edge) {
    uint32_t kind = edge[FF_MATCH_E_KIND], more = edge[FF_MATCH_E_MORE];
    if (kind >= FF_MATCH_KINDS || edge[FF_MATCH_E_TARGET] >= table[FF_MATCH_H_NODE_COUNT] ||
        !is_text(table, edge[FF_MATCH_E_PREFIX], edge[FF_MATCH_E_PREFIX_LENGTH]) ||
        !is_text(table, edge[FF_MATCH_E_SUFFIX], edge[FF_MATCH_E_SUFFIX_LENGTH])) {
        return false;
    }
    if (kind == FF_MATCH_CLASS) {
        return (uint64_t)more + 4 <= words;
    }
    if (kind == FF_MATCH_ANY) {
        if (more + (uint64_t)edge[FF_MATCH_E_LOW] * 2 > words) {
            return false;
        }
        for (uint32_t i = 0; i < edge[FF_MATCH_E_LOW]; i++) {
            if (!is_text(table, table[more + i * 2], table[more + i * 2 + 1])) {
                return false;
            }
        }
    }
    return true;
}

static bool check_slots(const uint32_t *table) {
    const uint32_t *slots = table + table[FF_MATCH_H_SLOTS];
    uint32_t empty = 0;
    for (uint32_t i = 0; i < table[FF_MATCH_H_SLOT_COUNT]; i++) {
        if (slots[(size_t)i * 2 + 1] > table[FF_MATCH_H_ENTRY_COUNT]) {
            return false;
        }
        empty += slots[(size_t)i * 2 + 1] == 0;
    }
    return empty > 0;
}

bool ff_match_check(const uint32_t *table, size_t words) {
    if (!check_header(table, words)) {
        return false;
    }
    for (uint32_t i = 0; i < table[FF_MATCH_H_NODE_COUNT]; i++) {
        if (!check_node(table, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < table[FF_MATCH_H_ENTRY_COUNT]; i++) {
        if (!check_entry(table, record(table, FF_MATCH_H_ENTRIES, i, FF_MATCH_ENTRY))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < table[FF_MATCH_H_EDGE_COUNT]; i++) {
        if (!check_edge(table, words, record(table, FF_MATCH_H_EDGES, i, FF_MATCH_EDGE))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < table[FF_MATCH_H_RULE_COUNT]; i++) {
        const uint32_t *rule = record(table, FF_MATCH_H_RULES, i, FF_MATCH_RULE);
        if (rule[FF_MATCH_R_RULE] >= table[FF_MATCH_H_RULE_COUNT]) {
            return false;
        }
    }
    return check_slots(table);
}

int ff_match_fill(uint32_t *table, size_t words) {
    if (!check_header(table, words)) {
        return -1;
    }
    uint32_t count = table[FF_MATCH_H_SLOT_COUNT];
    uint32_t *slots = table + table[FF_MATCH_H_SLOTS];
    memset(slots, 0, (size_t)count * 2 * sizeof *slots);
    for (uint32_t i = 0; i < table[FF_MATCH_H_ENTRY_COUNT]; i++) {
        const uint32_t *entry = record(table, FF_MATCH_H_ENTRIES, i, FF_MATCH_ENTRY);
        if (!check_entry(table, entry)) {
            return -1;
        }
        uint32_t node = entry[FF_MATCH_T_NODE];
        if (node != FF_MATCH_NONE && node_at(table, node)[FF_MATCH_N_ENTRY_COUNT] == 1) {
            continue; /* compared, never looked up */
        }
        uint32_t hash = hash_of(node, text_at(table, entry[FF_MATCH_T_TEXT]),
                                entry[FF_MATCH_T_LENGTH]);
        uint32_t slot = hash & (count - 1);
        while (slots[(size_t)slot * 2 + 1] != 0) {
            slot = (slot + 1) & (count - 1);
        }
        slots[(size_t)slot * 2] = hash;
        slots[(size_t)slot * 2 + 1] = i + 1;
    }
    return ff_match_check(table, words) ? 0 : -1;
}
