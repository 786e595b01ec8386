/** The queue of runs that wait for a worker. */
export const collectQueue = 'collect';
