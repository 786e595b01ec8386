/** ISO 4217: how many digits the smallest unit of a currency has, for those that have other than two. */
export const minorUnits: readonly { currency: string; digits: number }[] = Intl.supportedValuesOf('currency')
  .map((currency) => ({ currency, digits: new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2 }))
  .filter(({ digits }) => digits !== 2);
