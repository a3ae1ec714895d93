/* Tables of rules made from bytes, and the definition that the kernel is compared with.
 *
 * A table is drawn as a tree: every node gets literal and dynamic edges, and rules. The oracle
 * walks the same tree by recursion, as Werkzeug's matcher is described. Expressions are played
 * by answers that depend on nothing but the edge and the text. */
#ifndef MATCH_CHECK_H
#define MATCH_CHECK_H

#include <stdlib.h>
#include <string.h>

#include "ff_match.h"
#include "guard.h"

enum {
    MOST_NODES = 40,
    MOST_EDGES = 4,
    LONGEST_WORD = 6,
    TABLE_WORDS = 16384,
    LONGEST_PATH = 1024
};

typedef struct {
    const uint8_t *data;
    size_t size;
} source;

static inline uint8_t draw(source *from) {
    if (from->size == 0) {
        return 0;
    }
    from->size--;
    return *from->data++;
}

/* --- the tree --------------------------------------------------------------------------- */

typedef struct {
    uint8_t text[LONGEST_WORD];
    uint32_t length;
} word;

typedef struct {
    ff_match_kind kind;
    uint32_t flags, target, low, high;
    word prefix, suffix, items[2];
    uint32_t set[4];
} drawn_edge;

typedef struct {
    uint32_t literal_count, edge_count, rule_count, slash;
    word literals[MOST_EDGES];
    uint32_t literal_targets[MOST_EDGES];
    drawn_edge edges[MOST_EDGES];
    uint32_t first_edge, first_rule;
    uint32_t rule_flags[2];
    uint64_t rule_methods[2];
} drawn_node;

typedef struct {
    drawn_node nodes[MOST_NODES];
    uint32_t count, depth;
    guarded table, path;
    uint32_t *words;
    size_t size;
    ff_match_frame frames[MOST_NODES];
    ff_match_capture captures[MOST_NODES];
    unsigned long ends[FF_MATCH_SLASH + 1], captured, asked, walked_words; /* how often */
} match_bench;

/* Few letters, so that words meet; the first byte of two stands for both. */
static const char letters[] = "ab1-.9f\xc3///\n";
enum { IN_WORDS = 8, IN_PATHS = sizeof letters - 1 };

/* Draw at most `most` bytes of whole letters. */
static inline size_t draw_text(source *from, uint8_t *text, size_t most, int kinds) {
    size_t wanted = draw(from) % (most + 1), n = 0;
    while (n < wanted) {
        char letter = letters[draw(from) % kinds];
        if (letter == '\xc3') {
            if (n + 2 > most) {
                break;
            }
            text[n++] = 0xc3;
            letter = '\xa9';
        }
        text[n++] = (uint8_t)letter;
    }
    return n;
}

static inline word draw_word(source *from) {
    word made = {.length = 0};
    made.length = (uint32_t)draw_text(from, made.text, LONGEST_WORD, IN_WORDS);
    return made;
}

static inline bool same_word(const word *a, const word *b) {
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static inline void draw_edge(source *from, drawn_edge *edge) {
    edge->kind = draw(from) % FF_MATCH_KINDS;
    uint8_t flags = draw(from);
    if (edge->kind == FF_MATCH_PATH || edge->kind == FF_MATCH_REGEX) {
        edge->flags = flags & (FF_MATCH_FINAL | FF_MATCH_SUFFIXED);
    } else {
        edge->flags = flags & (FF_MATCH_UNICODE | FF_MATCH_SIGNED);
    }
    if (flags & 16) {
        edge->prefix = draw_word(from);
        edge->suffix = draw_word(from);
    }
    edge->low = draw(from) % 4;
    edge->high = flags & 32 ? UINT32_MAX : edge->low + draw(from) % 4;
    edge->items[0] = draw_word(from);
    edge->items[1] = draw_word(from);
    edge->set['1' >> 5] |= UINT32_C(1) << ('1' & 31);
    edge->set['a' >> 5] |= UINT32_C(1) << ('a' & 31);
    if (flags & 64) {
        edge->set['9' >> 5] |= UINT32_C(1) << ('9' & 31);
    }
}

static inline void draw_tree(source *from, match_bench *bench) {
    memset(bench->nodes, 0, sizeof bench->nodes);
    bench->count = 1;
    uint32_t edges = 0, rules = 0;
    for (uint32_t number = 0; number < bench->count; number++) {
        drawn_node *node = &bench->nodes[number];
        uint8_t shape = draw(from);
        node->slash = FF_MATCH_NONE;
        if ((shape & 1) && bench->count < MOST_NODES) {
            node->slash = bench->count++;
        }
        for (int i = shape >> 1 & 3; i > 0 && bench->count < MOST_NODES; i--) {
            word text = draw_word(from);
            bool known = text.length == 0;
            for (uint32_t j = 0; j < node->literal_count; j++) {
                known |= same_word(&text, &node->literals[j]);
            }
            if (!known) {
                node->literals[node->literal_count] = text;
                node->literal_targets[node->literal_count++] = bench->count++;
            }
        }
        node->first_edge = edges;
        for (int i = shape >> 3 & 3; i > 0 && bench->count < MOST_NODES; i--, edges++) {
            drawn_edge *edge = &node->edges[node->edge_count++];
            draw_edge(from, edge);
            edge->target = bench->count++;
        }
        node->first_rule = rules;
        node->rule_count = (shape >> 5) % 3;
        rules += node->rule_count;
        for (uint32_t i = 0; i < node->rule_count; i++) {
            uint8_t rule = draw(from);
            node->rule_flags[i] = rule & 7;
            node->rule_methods[i] = rule & FF_MATCH_ANY_METHOD ? 0 : rule >> 3 & 3;
        }
    }
}

/* --- the tree as a table ---------------------------------------------------------------- */

typedef struct {
    uint32_t *words;
    uint32_t used;
    uint8_t text[8192];
    uint32_t text_used;
} writer;

static inline void put(writer *to, uint32_t value) {
    if (to->used == TABLE_WORDS) {
        fprintf(stderr, "a drawn table is too large\n");
        exit(2);
    }
    to->words[to->used++] = value;
}

static inline void put_word(writer *to, const word *text) {
    put(to, to->text_used);
    put(to, text->length);
    memcpy(to->text + to->text_used, text->text, text->length);
    to->text_used += text->length;
}

static inline void lay_out(match_bench *bench) {
    static uint32_t space[TABLE_WORDS];
    static writer to;
    memset(space, 0, sizeof space);
    memset(&to, 0, sizeof to);
    to.words = space;
    to.used = FF_MATCH_HEADER;
    uint32_t entries = 0, edges = 0, rules = 0;

    space[FF_MATCH_H_NODES] = to.used;
    for (uint32_t i = 0; i < bench->count; i++) {
        const drawn_node *node = &bench->nodes[i];
        put(&to, entries);
        put(&to, node->literal_count);
        put(&to, edges);
        put(&to, node->edge_count);
        put(&to, rules);
        put(&to, node->rule_count);
        put(&to, node->slash);
        entries += node->literal_count;
        edges += node->edge_count;
        rules += node->rule_count;
    }
    space[FF_MATCH_H_ENTRIES] = to.used;
    for (uint32_t i = 0; i < bench->count; i++) {
        const drawn_node *node = &bench->nodes[i];
        for (uint32_t j = 0; j < node->literal_count; j++) {
            put(&to, i);
            put_word(&to, &node->literals[j]);
            put(&to, node->literal_targets[j]);
        }
    }
    /* What edges have beyond their words comes first, so that it is known where it is. */
    uint32_t more[MOST_NODES] = {0};
    for (uint32_t i = 0, number = 0; i < bench->count; i++) {
        for (uint32_t j = 0; j < bench->nodes[i].edge_count; j++, number++) {
            const drawn_edge *edge = &bench->nodes[i].edges[j];
            more[number] = to.used;
            if (edge->kind == FF_MATCH_CLASS) {
                for (int k = 0; k < 4; k++) {
                    put(&to, edge->set[k]);
                }
            } else if (edge->kind == FF_MATCH_ANY) {
                put_word(&to, &edge->items[0]);
                put_word(&to, &edge->items[1]);
            }
        }
    }
    space[FF_MATCH_H_EDGES] = to.used;
    for (uint32_t i = 0, number = 0; i < bench->count; i++) {
        for (uint32_t j = 0; j < bench->nodes[i].edge_count; j++, number++) {
            const drawn_edge *edge = &bench->nodes[i].edges[j];
            put(&to, (uint32_t)edge->kind);
            put(&to, edge->flags);
            put(&to, edge->target);
            put_word(&to, &edge->prefix);
            put_word(&to, &edge->suffix);
            put(&to, edge->kind == FF_MATCH_ANY ? 2 : edge->low);
            put(&to, edge->high);
            put(&to, more[number]);
        }
    }
    space[FF_MATCH_H_RULES] = to.used;
    for (uint32_t i = 0, number = 0; i < bench->count; i++) {
        for (uint32_t j = 0; j < bench->nodes[i].rule_count; j++, number++) {
            put(&to, number);
            put(&to, bench->nodes[i].rule_flags[j]);
            put(&to, (uint32_t)bench->nodes[i].rule_methods[j]);
            put(&to, 0);
        }
    }
    uint32_t slots = 2;
    while (slots <= entries * 2) {
        slots *= 2;
    }
    space[FF_MATCH_H_SLOTS] = to.used;
    for (uint32_t i = 0; i < slots * 2; i++) {
        put(&to, 0);
    }
    space[FF_MATCH_H_TEXT] = to.used;
    for (uint32_t i = 0; i < (to.text_used + 3) / 4; i++) {
        put(&to, 0);
        memcpy(space + to.used - 1, to.text + (size_t)i * 4, 4);
    }
    space[FF_MATCH_H_MAGIC] = FF_MATCH_MAGIC;
    space[FF_MATCH_H_WORDS] = to.used;
    space[FF_MATCH_H_NODE_COUNT] = bench->count;
    space[FF_MATCH_H_ENTRY_COUNT] = entries;
    space[FF_MATCH_H_EDGE_COUNT] = edges;
    space[FF_MATCH_H_RULE_COUNT] = rules;
    space[FF_MATCH_H_SLOT_COUNT] = slots;
    space[FF_MATCH_H_TEXT_BYTES] = to.text_used;
    space[FF_MATCH_H_FRAMES] = space[FF_MATCH_H_CAPTURES] = MOST_NODES;
    space[FF_MATCH_H_START] = FF_MATCH_NONE;

    bench->size = to.used;
    bench->words = guarded_tail(bench->table, bench->size * sizeof *space);
    memcpy(bench->words, space, bench->size * sizeof *space);
}

/* --- the definition --------------------------------------------------------------------- */

typedef struct {
    size_t start, end;
    uint32_t edge;
} taken;

typedef struct {
    const match_bench *bench;
    const uint8_t *path;
    size_t n;
    uint64_t method, missed;
    bool websocket, missed_websocket;
    uint32_t rule, count;
    taken took[MOST_NODES];
} oracle;

/* What the expression of an edge says of a text. */
static inline ff_match_answer expression(uint32_t edge, const uint8_t *text, size_t n,
                                         bool suffixed) {
    size_t sum = edge + n;
    for (size_t i = 0; i < n; i++) {
        sum += text[i];
    }
    if (sum % 3 == 0) {
        return FF_MATCH_NO;
    }
    return suffixed && n > 0 && text[n - 1] == '/' ? FF_MATCH_YES_BUT_SLASH : FF_MATCH_YES;
}

static inline bool all_of(const uint8_t *text, size_t n, const uint32_t *set, bool *beyond) {
    for (size_t i = 0; i < n; i++) {
        if (text[i] >= 128 || !(set[text[i] / 32] & UINT32_C(1) << text[i] % 32)) {
            for (size_t j = i; j < n; j++) {
                *beyond |= text[j] >= 128;
            }
            return false;
        }
    }
    return true;
}

/* 1, 0, or -1 for a text that only an expression can tell of. */
static inline int kind_fits(const drawn_edge *edge, const uint8_t *text, size_t n) {
    static const uint32_t digits[4] = {0, 0x3ff0000, 0, 0};
    bool beyond = false, fits = false;
    size_t sign = (edge->flags & FF_MATCH_SIGNED) && n > 0 && text[0] == '-';
    size_t characters = 0;
    switch (edge->kind) {
    case FF_MATCH_TEXT:
        for (size_t i = 0; i < n; i++) {
            characters += text[i] / 64 != 2;
        }
        return characters >= edge->low && characters <= edge->high;
    case FF_MATCH_CLASS:
        fits = all_of(text + sign, n - sign, edge->set, &beyond) && n - sign >= edge->low &&
               n - sign <= edge->high;
        break;
    case FF_MATCH_DECIMAL: {
        const uint8_t *point = n > sign ? memchr(text + sign, '.', n - sign) : NULL;
        for (size_t i = sign; i < n; i++) {
            beyond |= text[i] >= 128;
        }
        if (point != NULL) {
            size_t before = (size_t)(point - text) - sign, after = n - sign - before - 1;
            bool none = false;
            fits = before > 0 && after > 0 && all_of(text + sign, before, digits, &none) &&
                   all_of(point + 1, after, digits, &none);
        }
        break;
    }
    case FF_MATCH_UUID:
        return false; /* longer than what is drawn */
    case FF_MATCH_ANY:
        for (int i = 0; i < 2; i++) {
            fits |= edge->items[i].length == n && memcmp(edge->items[i].text, text, n) == 0;
        }
        return fits;
    case FF_MATCH_PATH:
        if (n == 0 || text[0] == '/') {
            return false;
        }
        for (size_t i = 1; i < n; i++) {
            if (text[i] == '\n') {
                return false;
            }
        }
        return true;
    default:
        return -1;
    }
    return fits ? 1 : beyond && (edge->flags & FF_MATCH_UNICODE) ? -1 : 0;
}

static inline bool rule_suits(const oracle *at, const drawn_node *node, uint32_t i) {
    return (node->rule_flags[i] & FF_MATCH_ANY_METHOD) || (node->rule_methods[i] & at->method);
}

static inline bool rule_is_websocket(const drawn_node *node, uint32_t i) {
    return (node->rule_flags[i] & FF_MATCH_WEBSOCKET) != 0;
}

static inline bool first_rule(oracle *at, const drawn_node *node, bool loose) {
    for (uint32_t i = 0; i < node->rule_count; i++) {
        if (loose && (node->rule_flags[i] & FF_MATCH_STRICT)) {
            continue;
        }
        if (!rule_suits(at, node, i)) {
            at->missed |= node->rule_methods[i];
        } else if (rule_is_websocket(node, i) != at->websocket) {
            at->missed_websocket = true;
        } else {
            at->rule = node->first_rule + i;
            return true;
        }
    }
    return false;
}

static inline ff_match_status define(oracle *at, uint32_t number, size_t position) {
    const drawn_node *node = &at->bench->nodes[number];
    if (position > at->n) {
        if (first_rule(at, node, false)) {
            return FF_MATCH_FOUND;
        }
        if (node->slash != FF_MATCH_NONE) {
            const drawn_node *next = &at->bench->nodes[node->slash];
            for (uint32_t i = 0; i < next->rule_count; i++) {
                if (rule_is_websocket(next, i) == at->websocket && rule_suits(at, next, i)) {
                    at->rule = next->first_rule + i;
                    return next->rule_flags[i] & FF_MATCH_STRICT ? FF_MATCH_SLASH : FF_MATCH_FOUND;
                }
            }
        }
        return FF_MATCH_NOTHING;
    }
    size_t end = position;
    while (end < at->n && at->path[end] != '/') {
        end++;
    }
    uint32_t target = end == position ? node->slash : FF_MATCH_NONE;
    for (uint32_t i = 0; i < node->literal_count; i++) {
        if (node->literals[i].length == end - position &&
            memcmp(node->literals[i].text, at->path + position, end - position) == 0) {
            target = node->literal_targets[i];
        }
    }
    ff_match_status status = FF_MATCH_NOTHING;
    if (target != FF_MATCH_NONE) {
        status = define(at, target, end + 1);
    }
    uint32_t count = at->count;
    for (uint32_t i = 0; i < node->edge_count && status == FF_MATCH_NOTHING; i++) {
        const drawn_edge *edge = &node->edges[i];
        size_t stop = edge->flags & FF_MATCH_FINAL ? at->n : end;
        size_t from = position, to = stop, after = stop + 1;
        int fits = -1;
        if (edge->kind != FF_MATCH_REGEX) {
            if (edge->flags & FF_MATCH_SUFFIXED) {
                if (to > from && at->path[to - 1] == '/') {
                    to--;
                    after = at->n;
                }
                if (to == from || at->path[to - 1] == '/') {
                    continue;
                }
            }
            if (to - from < edge->prefix.length + edge->suffix.length ||
                memcmp(at->path + from, edge->prefix.text, edge->prefix.length) != 0) {
                continue;
            }
            from += edge->prefix.length;
            to -= edge->suffix.length;
            if (memcmp(at->path + to, edge->suffix.text, edge->suffix.length) != 0) {
                continue;
            }
            fits = kind_fits(edge, at->path + from, to - from);
        }
        if (fits < 0) {
            from = position;
            to = stop;
            ff_match_answer answer = expression(node->first_edge + i, at->path + from, to - from,
                                                edge->flags & FF_MATCH_SUFFIXED);
            fits = answer != FF_MATCH_NO;
            after = answer == FF_MATCH_YES_BUT_SLASH ? at->n : stop + 1;
        }
        if (fits) {
            at->count = count;
            at->took[at->count++] = (taken){from, to, node->first_edge + i};
            status = define(at, edge->target, after);
        }
    }
    if (status == FF_MATCH_NOTHING) {
        at->count = count;
        if (position == at->n && first_rule(at, node, true)) {
            return FF_MATCH_FOUND;
        }
    }
    return status;
}

/* --- the comparison --------------------------------------------------------------------- */

#define EXPECT(what)                                                                           \
    do {                                                                                       \
        if (!(what)) {                                                                         \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                         \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

static inline void match_bench_open(match_bench *bench) {
    bench->table = guarded_new(TABLE_WORDS * sizeof(uint32_t));
    bench->path = guarded_new(LONGEST_PATH);
}

static inline bool is_suffixed(const match_bench *bench, uint32_t number) {
    const uint32_t *edges = bench->words + bench->words[FF_MATCH_H_EDGES];
    return edges[number * FF_MATCH_EDGE + FF_MATCH_E_FLAGS] & FF_MATCH_SUFFIXED;
}

static inline ff_match_status walk_all(match_bench *bench, ff_match_walk *walk, bool direct) {
    ff_match_status status = direct ? ff_match_path(walk) : ff_match_domain_path(walk);
    while (status == FF_MATCH_ASK) {
        bench->asked++;
        EXPECT(walk->start <= walk->end && walk->end <= walk->n);
        status = ff_match_answered(walk, expression(walk->edge, walk->path + walk->start,
                                                    walk->end - walk->start,
                                                    is_suffixed(bench, walk->edge)));
    }
    return status;
}

static inline void match_check_path(match_bench *bench, const uint8_t *path, size_t n,
                                    uint64_t method, bool websocket) {
    uint8_t *copy = guarded_tail(bench->path, n);
    if (n > 0) {
        memcpy(copy, path, n);
    }
    ff_match_walk walk = {.table = bench->words,
                          .path = copy,
                          .n = n,
                          .method = method,
                          .websocket = websocket,
                          .frames = bench->frames,
                          .captures = bench->captures};
    oracle at = {
        .bench = bench, .path = copy, .n = n, .method = method, .websocket = websocket};
    ff_match_status expected = define(&at, 0, 0);
    ff_match_status status = walk_all(bench, &walk, false);
    EXPECT(status == expected);
    bench->ends[status]++;
    if (status == FF_MATCH_FOUND) {
        EXPECT(walk.rule == at.rule);
        EXPECT(walk.capture_count == at.count);
        bench->captured += at.count;
        for (uint32_t i = 0; i < at.count; i++) {
            EXPECT(walk.captures[i].edge == at.took[i].edge);
            EXPECT(walk.captures[i].start == at.took[i].start);
            EXPECT(walk.captures[i].end == at.took[i].end);
        }
    } else {
        EXPECT(walk.missed == at.missed);
        EXPECT(walk.missed_websocket == at.missed_websocket);
    }
}

/* A tree from the bytes, and then paths from the rest of them. */
static inline void match_check(match_bench *bench, const uint8_t *data, size_t size) {
    source from = {data, size};
    draw_tree(&from, bench);
    lay_out(bench);
    EXPECT(ff_match_fill(bench->words, bench->size) == 0);
    for (int round = 0; round < 8; round++) {
        uint8_t path[64];
        uint8_t how = draw(&from);
        size_t n = draw_text(&from, path, sizeof path, IN_PATHS);
        match_check_path(bench, path, n, how & 3, how & 4);
    }
}

/* Any words: they are refused, or can be walked on any path. */
static inline void match_check_words(match_bench *bench, const uint8_t *data, size_t size) {
    source from = {data, size};
    draw_tree(&from, bench);
    lay_out(bench);
    for (int i = draw(&from) % 8; i > 0; i--) {
        size_t where = ((size_t)draw(&from) << 8 | draw(&from)) % bench->size;
        uint32_t value = (uint32_t)draw(&from) << (draw(&from) % 4 * 8);
        bench->words[where] = draw(&from) & 1 ? value : bench->words[where] + value - 2;
    }
    if (ff_match_fill(bench->words, bench->size) != 0 ||
        bench->words[FF_MATCH_H_FRAMES] > MOST_NODES ||
        bench->words[FF_MATCH_H_CAPTURES] > MOST_NODES) {
        return;
    }
    size_t n = from.size < LONGEST_PATH ? from.size : LONGEST_PATH;
    uint8_t *copy = guarded_tail(bench->path, n);
    if (n > 0) {
        memcpy(copy, from.data, n);
    }
    bench->walked_words++;
    for (int direct = 0; direct < 2; direct++) {
        ff_match_walk walk = {.table = bench->words,
                              .path = copy,
                              .n = n,
                              .method = 1,
                              .frames = bench->frames,
                              .captures = bench->captures};
        ff_match_status status = walk_all(bench, &walk, direct);
        EXPECT(status >= FF_MATCH_BROKEN && status <= FF_MATCH_SLASH);
    }
}

#endif
