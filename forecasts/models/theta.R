# Dynamic optimised theta by R: no package of Debian has it, so the equations of the paper (section 3, DOTM) are written
# out, with the lines by lsfit() from all observations so far instead of the recursion, and minimised by optim(). Beside
# it thetaf(), the standard theta method, which has a fixed line and a share of one half.

source('forecasts/reference/reference.R')

line_through <- function(y) {
  if (length(y) < 2) return(c(y, 0))
  unname(lsfit(seq_along(y), y)$coefficients)
}

# A and B of the least-squares lines through the first, the first two … observations.
lines_of <- function(y) t(vapply(seq_along(y), function(t) line_through(y[1:t]), c(0, 0)))

# The level after each observation.
levels_of <- function(y, start, alpha) as.numeric(filter(alpha * y, 1 - alpha, 'recursive', init = start))

# What the line through t observations adds to the level, at the step after them.
share_of <- function(line, t, alpha) {
  (1 - alpha)^t * line[, 1] + (1 - (1 - alpha)^(t + 1)) / alpha * line[, 2]
}

# Squared errors of the second observation and all after it: before the first there is no line.
squares_of <- function(y, lines, start, alpha, omega) {
  n <- length(y)
  before <- seq_len(n - 1)
  expected <- levels_of(y, start, alpha)[before] + omega * share_of(lines[before, , drop = FALSE], before, alpha)
  sum((y[-1] - expected)^2)
}

# For a given weight and share, the start that leaves the least: the squares are a parabola in it.
best_start <- function(y, lines, alpha, omega) {
  starts <- mean(y) + c(-1, 0, 1) * diff(range(y)) / (1 - alpha)
  squares <- vapply(starts, function(start) squares_of(y, lines, start, alpha, omega), 0)
  curvature <- squares[1] - 2 * squares[2] + squares[3]
  starts[2] + (squares[1] - squares[3]) / (2 * curvature) * (starts[3] - starts[2])
}

# Beyond the observations, what is expected takes their place.
go_on <- function(y, start, alpha, omega, horizon) {
  n <- length(y)
  for (t in n + seq_len(horizon) - 1) {
    y[t + 1] <- levels_of(y, start, alpha)[t] + omega * share_of(t(line_through(y)), t, alpha)
  }
  tail(y, horizon)
}

corners <- expand.grid(alpha = c(0.03, 0.2, 0.5, 0.9), omega = c(0.05, 0.5, 0.95))

answers <- lapply(Filter(function(y) length(y) <= 300, read_series()), function(series) {
  y <- as.numeric(series)
  lines <- lines_of(y)
  start <- best_start(y, lines, 0.3, 0.4)

  left <- function(p) squares_of(y, lines, best_start(y, lines, p[1], p[2]), p[1], p[2]) / sum((y - mean(y))^2)
  fits <- apply(corners, 1, function(corner) {
    optim(corner, left, method = 'L-BFGS-B', lower = c(0.01, 0), upper = c(0.99, 0.98))
  })
  best <- fits[[which.min(vapply(fits, `[[`, 0, 'value'))]]$par
  best_from <- best_start(y, lines, best[1], best[2])

  standard <- thetaf(ts(y), h = 12)
  list(
    given.squares = squares_of(y, lines, start, 0.3, 0.4),
    given.mean = go_on(y, start, 0.3, 0.4, 12),
    best.weights = best,
    best.squares = squares_of(y, lines, best_from, best[1], best[2]),
    best.mean = go_on(y, best_from, best[1], best[2], 12),
    thetaf.alpha = standard$model$alpha,
    thetaf.mean = standard$mean
  )
})
write_reference('forecasts/models/theta.csv', answers)
