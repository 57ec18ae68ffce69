/* Prints a line a check; the exit code says whether all were ok. */
#pragma once

#include <stdio.h>

static int failures;

static void check(int holds, const char* what) {
    printf("%s %s\n", holds ? "ok  " : "FAIL", what);
    if (!holds) {
        ++failures;
    }
}

static void check_equal(unsigned long got, unsigned long expected, const char* what) {
    printf("%s %s: %lu", got == expected ? "ok  " : "FAIL", what, got);
    if (got != expected) {
        printf(", expected %lu", expected);
        ++failures;
    }
    printf("\n");
}

static int exit_code(void) {
    printf(failures == 0 ? "all ok\n" : "%d FAILED\n", failures);
    return failures == 0 ? 0 : 1;
}
