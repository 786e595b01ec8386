/** Where `npm` was called, which is what a path on the command line is relative to. */
export const callerDirectory = process.env['INIT_CWD'] ?? process.cwd();
