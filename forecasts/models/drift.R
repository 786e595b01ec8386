# The drift method by R: rwf() with drift.

source('forecasts/reference/reference.R')

answers <- lapply(read_series(), function(y) list(mean = rwf(ts(as.numeric(y)), h = 12, drift = TRUE)$mean))
write_reference('forecasts/models/drift.csv', answers)
