# Seasonal strength by R: the adjusted R squared of the phases as a factor in lm(), which is what ours is with a figure
# by plain means; and the strength of Forecasting: Principles and Practice, section 4.3, on stl().

source('forecasts/reference/reference.R')

seasonal <- Filter(function(y) length(attr(y, 'periods')) > 0, read_series())
answers <- lapply(seasonal, function(series) {
  y <- as.numeric(series)
  m <- attr(series, 'periods')[1]
  deviations <- as.numeric(y - ma(ts(y, frequency = m), m, centre = TRUE))
  phases <- factor((seq_along(y) - 1) %% m)
  parts <- stl(ts(y, frequency = m), 'periodic')$time.series
  list(
    adjusted.r.squared = summary(lm(deviations ~ phases))$adj.r.squared,
    fpp3.strength = max(0, 1 - var(parts[, 'remainder']) / var(parts[, 'seasonal'] + parts[, 'remainder']))
  )
})
write_reference('forecasts/decomposition/seasonal-strength.csv', answers)
