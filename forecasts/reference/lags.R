# Regression of a series on its own past by lm(). A ridge penalty p on a coefficient is the same as one more observation
# whose only regressor is sqrt(p) and whose target is 0, so plain least squares finds the ridge coefficients.

ridge_lags <- function(y, lags, ridge) {
  z <- y - mean(y)
  n <- length(z)
  rows <- (max(lags) + 1):n
  past <- vapply(lags, function(lag) z[rows - lag], numeric(length(rows)))
  penalty <- sqrt(ridge * mean(z^2) * length(rows))
  regressors <- rbind(cbind(1, past), cbind(0, diag(penalty, length(lags))))
  targets <- c(z[rows], numeric(length(lags)))
  unname(coef(lm(targets ~ 0 + regressors)))
}

continue_lags <- function(y, lags, coefficients, horizon) {
  z <- y - mean(y)
  for (step in seq_len(horizon)) {
    z <- c(z, coefficients[1] + sum(coefficients[-1] * z[length(z) + 1 - lags]))
  }
  mean(y) + tail(z, horizon)
}
