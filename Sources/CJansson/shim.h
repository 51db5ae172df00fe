#pragma once
#include <jansson.h>

// Function-like macros are not imported into Swift; each has a function of our own prefix here.
static inline json_type icegate_json_typeof(const json_t *value) { return json_typeof(value); }
static inline void icegate_json_decref(json_t *value) { json_decref(value); }
static inline json_t *icegate_json_incref(json_t *value) { return json_incref(value); }
