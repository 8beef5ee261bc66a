/** How large a scenario may be; apart from the syntax, which is heavy to load. */

/** Coordinators of one role; more would need other names than letters. */
export const MOST_COORDINATORS = 9;
