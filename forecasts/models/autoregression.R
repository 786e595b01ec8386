# Autoregression of order three by R: the ridge by lm(), and ar.ols(), which has none.

source('forecasts/reference/reference.R')
source('forecasts/reference/lags.R')

long <- Filter(function(y) length(y) >= 150, read_series())
answers <- lapply(long, function(series) {
  y <- as.numeric(series)
  coefficients <- ridge_lags(y, 1:3, 1e-3)
  without <- ar.ols(y, aic = FALSE, order.max = 3, demean = TRUE, intercept = TRUE)
  list(
    coefficients = coefficients,
    mean = continue_lags(y, 1:3, coefficients, 24),
    ar.ols.coefficients = c(without$x.intercept, without$ar),
    ar.ols.mean = predict(without, n.ahead = 24)$pred
  )
})
write_reference('forecasts/models/autoregression.csv', answers)
