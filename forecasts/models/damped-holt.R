# Damped Holt by R: ets() with given weights and a given start, the best weights for the same start, and ets() as it
# fits by itself. The beta of ets() is alpha times ours.

source('forecasts/reference/reference.R')

lowest <- c(0.01, 0.0001, 0.8)
highest <- c(0.999, 0.999, 0.98)
# Wider than those of ets(), whose weights of the trend begin at 0.0001 after the multiplication.
bounds <- rbind(c(1e-9, 1e-9, 1e-9, 0.8), c(0.9999, 0.9999, 0.9999, 0.98))
corners <- expand.grid(alpha = c(0.05, 0.3, 0.6, 0.95), beta = c(0.001, 0.1, 0.5), phi = c(0.82, 0.9, 0.97))

start_of <- function(y) {
  line <- lsfit(seq_along(head(y, 10)), head(y, 10))$coefficients
  c(l = unname(line[1]), b = unname(line[2]))
}

with_ets <- function(y, start, weights) {
  fit <- suppressWarnings(
    ets(
      y, 'AAN', damped = TRUE, alpha = weights[1], beta = weights[1] * weights[2], phi = weights[3],
      lower = bounds[1, ], upper = bounds[2, ]
    )
  )
  fit$par[c('l', 'b')] <- start
  fit$initstate[] <- start
  ets(y, model = fit, use.initial.values = TRUE, lower = bounds[1, ], upper = bounds[2, ])
}

# The same sum of squares by a plain loop, a hundred times as fast as a call of ets().
squares_of <- function(y, start, weights) {
  level <- start[['l']]
  trend <- start[['b']]
  squares <- 0
  for (value in y) {
    damped <- weights[3] * trend
    error <- value - level - damped
    squares <- squares + error^2
    level <- level + damped + weights[1] * error
    trend <- damped + weights[1] * weights[2] * error
  }
  squares
}

answers <- lapply(read_series(), function(series) {
  y <- ts(as.numeric(series))
  start <- start_of(y)
  weights <- c(0.4, 0.2, 0.9)
  given <- with_ets(y, start, weights)
  given_squares <- sum(residuals(given)^2)
  stopifnot(all.equal(squares_of(y, start, weights), given_squares))

  size <- squares_of(y, start, weights)
  fits <- apply(corners, 1, function(corner) {
    optim(corner, function(w) squares_of(y, start, w) / size, method = 'L-BFGS-B', lower = lowest, upper = highest)
  })
  best <- fits[[which.min(vapply(fits, `[[`, 0, 'value'))]]
  by_ets <- ets(y, 'AAN', damped = TRUE)
  list(
    given.mean = forecast(given, h = 12)$mean,
    given.squares = given_squares,
    best.weights = best$par,
    best.squares = best$value * size,
    best.mean = forecast(with_ets(y, start, best$par), h = 12)$mean,
    ets.squares = sum(residuals(by_ets)^2),
    ets.mean = forecast(by_ets, h = 12)$mean
  )
})
write_reference('forecasts/models/damped-holt.csv', answers)
