# Non-negative least squares by R: the quadratic programme that it is, by solve.QP(). The points are how far each series
# strays from where it was some steps before, as the naive method's error variance is read off them.

source('forecasts/reference/reference.R')
library(quadprog)

# Rounded up as JavaScript rounds: R rounds a half to the even neighbour.
lags_up_to <- function(longest) {
  lags <- 1
  while ((following <- max(tail(lags, 1) + 1, floor(1.4 * tail(lags, 1) + 0.5))) <= longest) lags <- c(lags, following)
  lags
}

answers <- lapply(read_series(), function(series) {
  y <- as.numeric(series)
  n <- length(y)
  steps <- lags_up_to(max(1, n %/% 2))
  change <- (1 - 3 / max(n, 3)) * (y[n] - y[1]) / (n - 1)
  heights <- vapply(steps, function(lag) mean((diff(y, lag) - change * lag)^2) * (n + lag) / (n - lag), 0)
  counts <- (n - steps) / steps

  # Columns of one size, or the programme is too ill-conditioned to be solved.
  terms <- cbind(1, steps / max(steps), (steps / max(steps))^2)
  weights <- sqrt(counts) / heights
  scaled <- heights / max(heights)
  fit <- solve.QP(
    Dmat = crossprod(weights * max(heights) * terms),
    dvec = crossprod(weights * max(heights) * terms, weights * max(heights) * scaled),
    Amat = diag(3), bvec = numeric(3)
  )
  coefficients <- pmax(0, fit$solution) * max(heights)
  ahead <- c(1, 2, 5, 10, 30, 100)
  list(
    steps = steps, heights = heights, counts = counts,
    squares = sum((weights * (heights - terms %*% coefficients))^2),
    curve = cbind(1, ahead / max(steps), (ahead / max(steps))^2) %*% coefficients
  )
})
write_reference('forecasts/math/growth-curve.csv', answers)
