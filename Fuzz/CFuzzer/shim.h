#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer as a library: LLVM documentation, "Using libFuzzer as a library". No header comes with it.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test_one_input)(const uint8_t *data, size_t size));
