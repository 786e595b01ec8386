# The seasonal naive method by R: snaive() at the longest period.

source('forecasts/reference/reference.R')

seasonal <- Filter(function(y) length(attr(y, 'periods')) > 0, read_series())
answers <- lapply(seasonal, function(y) {
  m <- max(attr(y, 'periods'))
  list(mean = snaive(ts(as.numeric(y), frequency = m), h = m + 3)$mean)
})
write_reference('forecasts/models/seasonal-naive.csv', answers)
