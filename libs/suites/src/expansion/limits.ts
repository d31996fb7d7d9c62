/** Of one suite, after expansion: each combination of a matrix and each repeat is one. */
export const MAX_RUNS = 500;

/** Of all matrices of one suite, before they exclude any. */
export const MAX_COMBINATIONS = 10_000;

/** Of the expanded tests of one suite as JSON: a small matrix over a large test must not fill the memory. */
export const MAX_EXPANDED_BYTES = 16 * 1024 * 1024;
