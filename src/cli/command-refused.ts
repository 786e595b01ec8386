/** What a command was told does not work out, in a sentence for the person who typed it. */
export class CommandRefused extends Error {}
