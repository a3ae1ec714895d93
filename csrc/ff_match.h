/* ff_match - find the rule of a path in a flat table.
 *
 * The table is an array of 32-bit words in the machine's order, without pointers: it may be
 * moved and copied. It holds a tree whose edges are path segments, as Werkzeug's matcher has
 * it. At each node the literal edge is tried first, then the dynamic ones in their order, and
 * a way that leads nowhere is walked back. Text is UTF-8, in which lone surrogates may occur.
 *
 * Nothing is allocated: frames and captures are the caller's, as many as the table's header
 * asks for. path[n] and beyond are never read. A walk visits each node of the tree at most
 * once, and at each reads the segments before it at most once for each edge: its time is
 * linear in n. Only tables that ff_match_check() accepts may be walked; a table that it
 * accepts can be walked on any path, whoever wrote it.
 *
 * An edge that takes a regular expression, or the Unicode database, is asked for: the walk
 * stops with FF_MATCH_ASK and goes on when the caller has the answer. */
#ifndef FF_MATCH_H
#define FF_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FF_MATCH_MAGIC UINT32_C(0x46464d31)
#define FF_MATCH_NONE UINT32_MAX

/* The header, word by word. Offsets count words from the start of the table. */
enum {
    FF_MATCH_H_MAGIC,
    FF_MATCH_H_WORDS,
    FF_MATCH_H_NODES,
    FF_MATCH_H_NODE_COUNT,
    FF_MATCH_H_ENTRIES,
    FF_MATCH_H_ENTRY_COUNT,
    FF_MATCH_H_EDGES,
    FF_MATCH_H_EDGE_COUNT,
    FF_MATCH_H_RULES,
    FF_MATCH_H_RULE_COUNT,
    FF_MATCH_H_SLOTS,
    FF_MATCH_H_SLOT_COUNT, /* a power of two, more than there are entries */
    FF_MATCH_H_TEXT,
    FF_MATCH_H_TEXT_BYTES,
    FF_MATCH_H_FRAMES,   /* how many frames, */
    FF_MATCH_H_CAPTURES, /* and captures a walk may need */
    FF_MATCH_H_START,    /* where paths of the default domain start; NONE: nowhere */
    FF_MATCH_H_LONGEST,  /* bytes of the longest path that is an entry */
    FF_MATCH_HEADER
};

/* A node. Its edges, entries and rules follow each other in their arrays. */
enum {
    FF_MATCH_N_ENTRY,
    FF_MATCH_N_ENTRY_COUNT,
    FF_MATCH_N_EDGE,
    FF_MATCH_N_EDGE_COUNT,
    FF_MATCH_N_RULE,
    FF_MATCH_N_RULE_COUNT,
    FF_MATCH_N_SLASH, /* where the empty segment leads; NONE: nowhere */
    FF_MATCH_NODE
};

/* A literal edge, from a node (NONE: a whole path of the default domain) by a text to a node
 * of a higher number. */
enum {
    FF_MATCH_T_NODE,
    FF_MATCH_T_TEXT,
    FF_MATCH_T_LENGTH,
    FF_MATCH_T_TARGET,
    FF_MATCH_ENTRY
};

/* A dynamic edge: prefix, what its kind says, suffix. */
enum {
    FF_MATCH_E_KIND,
    FF_MATCH_E_FLAGS,
    FF_MATCH_E_TARGET,
    FF_MATCH_E_PREFIX,
    FF_MATCH_E_PREFIX_LENGTH,
    FF_MATCH_E_SUFFIX,
    FF_MATCH_E_SUFFIX_LENGTH,
    FF_MATCH_E_LOW, /* TEXT, CLASS: characters, at least; ANY: how many items */
    FF_MATCH_E_HIGH, /* TEXT, CLASS: characters, at most */
    FF_MATCH_E_MORE, /* CLASS: four words, a bit for each ASCII character;
                      * ANY: for each item where its text is, and how long */
    FF_MATCH_EDGE
};

typedef enum {
    FF_MATCH_TEXT,    /* any characters */
    FF_MATCH_CLASS,   /* characters of a set, after a minus sign if FF_MATCH_SIGNED */
    FF_MATCH_DECIMAL, /* digits, a point, digits; the same */
    FF_MATCH_UUID,    /* hexadecimal digits in groups of 8, 4, 4, 4, 12 */
    FF_MATCH_ANY,     /* one of some items */
    FF_MATCH_PATH,    /* no slash at the start, no line feed after it */
    FF_MATCH_REGEX,   /* asked for */
    FF_MATCH_KINDS
} ff_match_kind;

enum {
    FF_MATCH_FINAL = 1,    /* takes all that is left, not one segment */
    FF_MATCH_SUFFIXED = 2, /* and leaves a slash at the end to the next edge */
    FF_MATCH_UNICODE = 4,  /* characters beyond ASCII are asked for */
    FF_MATCH_SIGNED = 8
};

/* A rule at its node. Methods are bits; a rule for ANY_METHOD has none. */
enum {
    FF_MATCH_R_RULE,
    FF_MATCH_R_FLAGS,
    FF_MATCH_R_METHODS_LOW,
    FF_MATCH_R_METHODS_HIGH,
    FF_MATCH_RULE
};

enum {
    FF_MATCH_ANY_METHOD = 1,
    FF_MATCH_WEBSOCKET = 2,
    FF_MATCH_STRICT = 4 /* wants the slash at its end */
};

typedef struct {
    size_t position;
    uint32_t node, edge, captures;
} ff_match_frame;

/* What a dynamic edge took: its middle; where it was asked for, all of it. */
typedef struct {
    size_t start, end;
    uint32_t edge;
    bool asked;
} ff_match_capture;

typedef enum {
    FF_MATCH_BROKEN = -1,  /* frames or captures do not suffice: the header is wrong */
    FF_MATCH_NOTHING = 0,  /* no rule: see missed */
    FF_MATCH_FOUND = 1,    /* a rule, captures */
    FF_MATCH_ASK = 2,      /* edge, start, end: does the edge's expression match that? */
    FF_MATCH_SLASH = 3     /* a rule would match with a slash after the path */
} ff_match_status;

typedef enum {
    FF_MATCH_NO,
    FF_MATCH_YES,
    FF_MATCH_YES_BUT_SLASH /* it matched, without the slash at the end */
} ff_match_answer;

typedef struct {
    const uint32_t *table;
    const uint8_t *path;
    size_t n;
    uint64_t method; /* one bit; none for a method that no rule names */
    bool websocket;
    ff_match_frame *frames;
    ff_match_capture *captures;

    uint32_t rule;
    uint32_t capture_count;
    uint64_t missed;       /* methods of the rules that lacked this one */
    bool missed_websocket; /* a rule was, or was not, for websockets */
    uint32_t edge;
    size_t start, end;

    /* The walk's own. */
    uint32_t node, depth;
    size_t position;
} ff_match_walk;

/* Fill the hash slots of a table whose entries are in place; 0, or -1 if it is no table. */
int ff_match_fill(uint32_t *table, size_t words);

/* Tell whether every number in a table is within its bounds. */
bool ff_match_check(const uint32_t *table, size_t words);

/* Begin. `path` starts with a slash, or is empty: the walk starts from the default domain. */
ff_match_status ff_match_path(ff_match_walk *walk);

/* Begin. `path` is the domain, a slash, and the path. */
ff_match_status ff_match_domain_path(ff_match_walk *walk);

/* Go on after FF_MATCH_ASK. */
ff_match_status ff_match_answered(ff_match_walk *walk, ff_match_answer answer);

bool ff_match_is_ascii(const uint8_t *text, size_t n);

/* Tell whether a path has two slashes in a row. */
bool ff_match_has_slashes(const uint8_t *path, size_t n);

/* Read an integer of at most 18 ASCII digits, perhaps after a minus sign. */
bool ff_match_integer(const uint8_t *text, size_t n, int64_t *value);

#endif
