# The naive method by R: naive().

source('forecasts/reference/reference.R')

answers <- lapply(read_series(), function(y) list(mean = naive(ts(as.numeric(y)), h = 12)$mean))
write_reference('forecasts/models/naive.csv', answers)
