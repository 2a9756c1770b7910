/** The one revision that has batches. Also what a request of a session is taken for that names none. */
export const BATCH_REVISION = '2025-03-26';

/** The revision without sessions, in which every request says all that is to be known of it. */
export const STATELESS_REVISION = '2026-07-28';
