#pragma once
// Only the buffer functions are used; the header wants FILE.
#include <stdio.h>
#include <bzlib.h>
