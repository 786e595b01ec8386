/** The queue of channels that have something to send. */
export const sendQueue = 'send-notifications';
