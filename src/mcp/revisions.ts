/** The revision without sessions, in which every request says all that is to be known of it. */
export const STATELESS_REVISION = '2026-07-28';
