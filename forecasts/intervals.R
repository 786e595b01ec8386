# Intervals by R: those of rwf() with drift, which are normal, and the standard deviations that they are made of.

source('forecasts/reference/reference.R')

answers <- lapply(read_series(), function(series) {
  made <- rwf(ts(as.numeric(series)), h = 12, drift = TRUE, level = c(50, 80, 95, 99))
  list(
    mean = made$mean,
    sd = (made$upper[, '95%'] - made$lower[, '95%']) / (2 * qnorm(0.975)),
    lower.50 = made$lower[, '50%'], upper.50 = made$upper[, '50%'],
    lower.80 = made$lower[, '80%'], upper.80 = made$upper[, '80%'],
    lower.95 = made$lower[, '95%'], upper.95 = made$upper[, '95%'],
    lower.99 = made$lower[, '99%'], upper.99 = made$upper[, '99%']
  )
})
write_reference('forecasts/intervals.csv', answers)
