export { demo } from './demo.js';
export { demoBudgets, demoCapacities, type DemoBudget, type DemoCapacity } from './plan.js';
export type { DemoSettings } from './settings.js';
