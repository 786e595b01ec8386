# Measures of accuracy by R: accuracy() for points, and the definitions written out for what it does not have. The
# forecasts are those of rwf() and snaive() for the last steps of each series.

source('forecasts/reference/reference.R')

held_back <- 12

# Where all that is held back is zero, a share of it is nothing that R could divide by.
some <- Filter(function(y) any(tail(y, held_back) != 0), read_series())
answers <- lapply(some, function(series) {
  m <- if (length(attr(series, 'periods'))) attr(series, 'periods')[1] else 1
  y <- ts(as.numeric(series), frequency = m)
  training <- subset(y, end = length(y) - held_back)
  held <- subset(y, start = length(y) - held_back + 1)
  actuals <- as.numeric(held)
  made <- if (m > 1) snaive(training, h = held_back, level = 80) else rwf(training, h = held_back, drift = TRUE, level = 80)
  measured <- accuracy(made, held)
  lower <- as.numeric(made$lower)
  upper <- as.numeric(made$upper)
  list(
    mean = made$mean,
    lower = lower,
    upper = upper,
    mae = measured['Test set', 'MAE'],
    rmse = measured['Test set', 'RMSE'],
    mase = measured['Test set', 'MASE'],
    wape = sum(abs(actuals - made$mean)) / sum(abs(actuals)),
    winkler = mean(ifelse(
      actuals < lower, upper - lower + 2 / 0.2 * (lower - actuals),
      ifelse(actuals > upper, upper - lower + 2 / 0.2 * (actuals - upper), upper - lower)
    )),
    coverage = mean(actuals >= lower & actuals <= upper)
  )
})
write_reference('forecasts/accuracy.csv', answers)
