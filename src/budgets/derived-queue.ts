/** A job of this queue says that what is derived was made anew. It is worked on by who draws conclusions from that. */
export const derivedQueue = 'derived';
