# TSB by R: what it smooths are two series, whether there was demand and how large it was, each by HoltWinters(). Then
# the best pair of weights, by optim() from every corner of a grid.

source('forecasts/reference/reference.R')

# HoltWinters() takes its start for the first observation and forecasts from the second on: the start is put in front.
levels_of <- function(y, alpha) {
  if (length(y) == 0) return(0)
  fit <- HoltWinters(c(mean(y), y), alpha = alpha, beta = FALSE, gamma = FALSE, l.start = mean(y))
  c(fit$fitted[, 'level'], fit$coefficients['a'])
}

smooth <- function(y, alpha, beta) {
  n <- length(y)
  sizes <- levels_of(y[y != 0], beta)
  chance <- levels_of(as.numeric(y != 0), alpha)
  # The size in force at a step is the one after all demand before it.
  size <- sizes[c(0, cumsum(y != 0)) + 1]
  mean <- chance * size
  c(mean = unname(mean[n + 1]), squares = sum((y - mean[1:n])^2))
}

best_within <- function(y, lowest, highest) {
  size <- sum(y^2)
  corners <- expand.grid(seq(lowest[1], highest[1], length.out = 4), seq(lowest[2], highest[2], length.out = 4))
  fits <- apply(corners, 1, function(corner) {
    optim(corner, function(w) smooth(y, w[1], w[2])['squares'] / size, method = 'L-BFGS-B', lower = lowest, upper = highest)
  })
  fits[[which.min(vapply(fits, `[[`, 0, 'value'))]]$par
}

with_zeros <- Filter(function(y) mean(y == 0) >= 0.05, read_series())
answers <- lapply(with_zeros, function(series) {
  y <- as.numeric(series)
  given <- smooth(y, 0.1, 0.2)
  within <- best_within(y, c(0.02, 0.05), c(0.2, 0.3))
  anywhere <- best_within(y, c(0.001, 0.001), c(1, 1))
  list(
    given.mean = given['mean'],
    given.squares = given['squares'],
    within.weights = within,
    within.squares = smooth(y, within[1], within[2])['squares'],
    anywhere.weights = anywhere,
    anywhere.squares = smooth(y, anywhere[1], anywhere[2])['squares']
  )
})
write_reference('forecasts/models/intermittent.csv', answers)
