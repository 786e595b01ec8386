# Autoregression of changes by R: the ridge by lm() on diff(), and ar.ols(), which has none; each change then fades by
# 0.97.

source('forecasts/reference/reference.R')
source('forecasts/reference/lags.R')

add_up <- function(y, changes) tail(y, 1) + cumsum(0.97^(seq_along(changes) - 1) * changes)

long <- Filter(function(y) length(y) >= 15, read_series())
answers <- lapply(long, function(series) {
  y <- as.numeric(series)
  n <- length(y)
  order <- if (n > 200) 5 else if (n > 60) 3 else 2
  coefficients <- ridge_lags(diff(y), seq_len(order), 0.02)
  without <- ar.ols(diff(y), aic = FALSE, order.max = order, demean = TRUE, intercept = TRUE)
  list(
    coefficients = coefficients,
    mean = add_up(y, continue_lags(diff(y), seq_len(order), coefficients, 12)),
    ar.ols.mean = add_up(y, predict(without, n.ahead = 12)$pred)
  )
})
write_reference('forecasts/models/changes-autoregression.csv', answers)
