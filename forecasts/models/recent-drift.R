# Recent drift by R: the drift of rwf() over the last third, as the mean of three, whose ends lie 0, 1 and 2 steps back.

source('forecasts/reference/reference.R')

slope <- function(y) unname(rwf(ts(y), drift = TRUE, h = 1)$model$par$drift)

long <- Filter(function(y) length(y) >= 24, read_series())
answers <- lapply(long, function(y) {
  n <- length(y)
  k <- n %/% 3
  slopes <- vapply(0:2, function(back) slope(y[(n - k - back):(n - back)]), 0)
  list(
    mean = y[n] + (1:12) * mean(slopes),
    whole.drift = slope(as.numeric(y))
  )
})
write_reference('forecasts/models/recent-drift.csv', answers)
