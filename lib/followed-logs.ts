/** A browser shows one log a tab, so that this is far beyond what tabs ask for. */
export const MOST_FOLLOWED_LOGS = 64;
