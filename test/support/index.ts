export { focusCsv, type FocusRow } from './focus-csv.js';
export { TestApp, type GraphQLAnswer } from './test-app.js';
export { TestClock } from './test-clock.js';
export { createTestDatabase } from './test-database.js';
