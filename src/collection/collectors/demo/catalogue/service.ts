import { demoProduct, demoResource, type Product } from './resource.js';

/** Something billed by the day whose amount follows from growth, weekdays and chance alone. */
export interface Service {
  product: Product;
  /** Units on a working day at the end of the story. */
  perDay: number;
  /** Factor over a year. */
  yearlyGrowth: number;
  /** Amount of a weekend day, as a share of a working day. */
  weekendShare: number;
  /** Spot prices move from day to day. */
  isSpot: boolean;
}

interface ServiceTerms {
  sku: string;
  description: string;
  unit: string;
  price: number;
  discount?: number;
  perDay: number;
  yearlyGrowth?: number;
  weekendShare?: number;
  isSpot?: boolean;
}

/** The products of one resource. */
export function services(resource: Parameters<typeof demoResource>[0], ...terms: readonly ServiceTerms[]): Service[] {
  const owner = demoResource(resource);
  return terms.map(({ perDay, yearlyGrowth = 1.2, weekendShare = 0.95, isSpot = false, ...product }) => ({
    product: demoProduct(owner, product), perDay, yearlyGrowth, weekendShare, isSpot,
  }));
}
