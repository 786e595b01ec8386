# Simple exponential smoothing by R: with a given weight, with the best weight for the same start, and by ses(), which
# fits the start too.

source('forecasts/reference/reference.R')

# HoltWinters() takes its start for the first observation and forecasts from the second on: the start is put in front.
smooth <- function(y, alpha) {
  start <- mean(head(y, 8))
  fit <- HoltWinters(c(start, y), alpha = alpha, beta = FALSE, gamma = FALSE, l.start = start)
  c(level = unname(fit$coefficients['a']), squares = fit$SSE)
}

answers <- lapply(read_series(), function(y) {
  given <- smooth(y, 0.3)
  best <- least(function(alpha) smooth(y, alpha)['squares'], 0.01, 1)
  by_ses <- ses(ts(as.numeric(y)), h = 1)
  list(
    given.level = given['level'],
    given.squares = given['squares'],
    best.alpha = best,
    best.level = smooth(y, best)['level'],
    best.squares = smooth(y, best)['squares'],
    ses.mean = by_ses$mean,
    ses.squares = sum(residuals(by_ses)^2)
  )
})
write_reference('forecasts/models/simple-smoothing.csv', answers)
