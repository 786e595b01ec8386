/**
 * Coefficients of a ridge regression, from the sums of products of its regressors; or of several with the same regressors.
 *
 * Notation  G = XᵀX, g = Xᵀy, λ penalties: solves (G + diag λ)·β = g by Cholesky decomposition, for every row g of the targets.
 * Shapes    products [k·k], of which the lower triangle is read; penalties [k]; targets and result [k], or [rows × k].
 * Units     a penalty is in the unit of the squared regressor it holds back.
 * Source    Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., §3.4.1.
 */
export function ridgeCoefficients(products: Float64Array, targets: Float64Array, penalties: Float64Array): Float64Array {
  const k = penalties.length;
  const root = new Float64Array(k * k);
  for (let j = 0; j < k; j += 1) {
    for (let i = j; i < k; i += 1) {
      let sum = products[i * k + j]! + (i === j ? penalties[j]! : 0);
      for (let c = 0; c < j; c += 1) sum -= root[i * k + c]! * root[j * k + c]!;
      // A regressor that repeats others leaves nothing of its own, and gets no coefficient.
      if (i === j) root[j * k + j] = Math.sqrt(Math.max(sum, Number.MIN_VALUE));
      else root[i * k + j] = sum / root[j * k + j]!;
    }
  }
  const solution = new Float64Array(targets.length);
  for (let row = 0; row < targets.length; row += k) {
    for (let i = 0; i < k; i += 1) {
      let sum = targets[row + i]!;
      for (let c = 0; c < i; c += 1) sum -= root[i * k + c]! * solution[row + c]!;
      solution[row + i] = sum / root[i * k + i]!;
    }
    for (let i = k - 1; i >= 0; i -= 1) {
      let sum = solution[row + i]!;
      for (let c = i + 1; c < k; c += 1) sum -= root[c * k + i]! * solution[row + c]!;
      solution[row + i] = sum / root[i * k + i]!;
    }
  }
  return solution;
}
