# Smoothing with drift by R: start and drift by lm() for a given weight, the best weight by optimize(), and ets() with a
# trend that never changes.

source('forecasts/reference/reference.R')

errors_from <- function(y, alpha, level, drift) {
  errors <- numeric(length(y))
  for (t in seq_along(y)) {
    errors[t] <- y[t] - level - drift
    level <- level + drift + alpha * errors[t]
  }
  list(errors = errors, level = level)
}

# The errors are linear in start and drift: what is left of them by least squares.
fit_line <- function(y, alpha) {
  neither <- errors_from(y, alpha, 0, 0)$errors
  level <- neither - errors_from(y, alpha, 1, 0)$errors
  drift <- neither - errors_from(y, alpha, 0, 1)$errors
  line <- lm(neither ~ 0 + level + drift)
  start <- unname(coef(line))
  end <- errors_from(y, alpha, start[1], start[2])
  list(squares = sum(residuals(line)^2), mean = end$level + (1:12) * start[2])
}

answers <- lapply(read_series(), function(series) {
  y <- as.numeric(series)
  given <- fit_line(y, 0.3)
  best <- least(function(alpha) fit_line(y, alpha)$squares, 0.02, 1)
  fitted <- fit_line(y, best)
  by_ets <- ets(ts(y), 'AAN', damped = FALSE, beta = 1e-9, lower = c(0.0001, 1e-10, 0, 0), upper = rep(0.9999, 4))
  list(
    given.squares = given$squares,
    given.mean = given$mean,
    best.alpha = best,
    best.squares = fitted$squares,
    best.mean = fitted$mean,
    ets.alpha = by_ets$par['alpha'],
    ets.squares = sum(residuals(by_ets)^2),
    ets.mean = forecast(by_ets, h = 12)$mean
  )
})
write_reference('forecasts/models/smoothing-with-drift.csv', answers)
