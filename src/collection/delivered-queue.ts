/** The queue of what has to be derived anew: a delivery has changed what is stored. */
export const deliveredQueue = 'delivered';
