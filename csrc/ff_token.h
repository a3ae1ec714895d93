/* ff_token - what a token is made of (RFC 9110, 5.6.2): 1 for its bytes, 0 for all others. */
#ifndef FF_TOKEN_H
#define FF_TOKEN_H

#include <stdint.h>

#define FF_TEN_TOKENS 1, 1, 1, 1, 1, 1, 1, 1, 1, 1

static const uint8_t ff_is_token[256] = {
    ['!'] = 1,  ['#'] = 1, ['$'] = 1, ['%'] = 1, ['&'] = 1, ['\''] = 1, ['*'] = 1, ['+'] = 1,
    ['-'] = 1,  ['.'] = 1, ['^'] = 1, ['_'] = 1, ['`'] = 1, ['|'] = 1,  ['~'] = 1,
    ['0'] = FF_TEN_TOKENS,
    ['A'] = FF_TEN_TOKENS, FF_TEN_TOKENS, 1, 1, 1, 1, 1, 1,
    ['a'] = FF_TEN_TOKENS, FF_TEN_TOKENS, 1, 1, 1, 1, 1, 1,
};

#endif
